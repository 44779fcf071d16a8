"""The import rule that import-linter does not have: a room is entered through its front doors."""

import grimp
from importlinter import Contract, ContractCheck, fields, output
from importlinter.application import contract_utils
from importlinter.application.contract_utils import AlertLevel
from importlinter.domain import helpers


class FrontDoors(Contract):
    """From outside a room only its ``doors`` may be imported; ``ignore_imports`` are exceptions."""

    rooms = fields.ListField(subfield=fields.ModuleExpressionField())
    doors = fields.ListField(subfield=fields.StringField())
    ignore_imports = fields.SetField(subfield=fields.ImportExpressionField(), required=False)
    unmatched_ignore_imports_alerting = fields.EnumField(AlertLevel, default=AlertLevel.ERROR)

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:
        """Find imports that climb in through a window."""
        contract_utils.remove_ignored_imports_and_report(
            graph=graph,
            ignore_imports=self.ignore_imports,  # type: ignore[arg-type]
            unmatched_alerting=self.unmatched_ignore_imports_alerting,  # type: ignore[arg-type]
        )
        rooms = {
            module.name
            for module in helpers.module_expressions_to_modules(graph, self.rooms)  # type: ignore[arg-type]
        }
        windows: list[tuple[str, str, str, int]] = []
        for room in sorted(room for room in rooms if graph.find_children(room)):
            doors = tuple(f"{room}.{door}" for door in self.doors)  # type: ignore[attr-defined]
            inside = graph.find_descendants(room)
            for imported in sorted(inside):
                if imported in doors or imported.startswith(tuple(f"{door}." for door in doors)):
                    continue
                outside = graph.find_modules_that_directly_import(imported) - inside - {room}
                for importer in sorted(outside):
                    line = graph.get_import_details(importer=importer, imported=imported)
                    windows.append((importer, imported, room, line[0]["line_number"]))
        return ContractCheck(kept=not windows, metadata={"windows": windows})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Say for each import which doors it should have used."""
        doors = ", ".join(f"{door}.py" for door in self.doors)  # type: ignore[attr-defined]
        for importer, imported, room, line in check.metadata["windows"]:
            output.print_error(
                f"{importer} (line {line}) imports {imported}: use a front door of {room} "
                f"({doors}) and import the module, not its objects; or add the query or service "
                "you need there.",
                bold=False,
            )

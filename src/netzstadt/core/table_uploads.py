"""Tables that people bring to a page, and that the page keeps from step to step."""

from typing import TypeVar

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from netzstadt.lib import tables
from netzstadt.lib.tables import Table, TableUnreadable

_REASONS = {
    tables.TOO_LARGE: gettext_lazy("The file is larger than 2 MB."),
    tables.TOO_MANY_ROWS: gettext_lazy("The file has more than 5,000 rows."),
    tables.NO_TABLE: gettext_lazy("This is no table: bring a CSV or XLSX file."),
    tables.EMPTY: gettext_lazy("There is nothing in the file."),
}


class FileForm(forms.Form):
    """A table as spreadsheet programs write it."""

    file = forms.FileField(
        label=gettext_lazy("CSV or XLSX file"),
        help_text=gettext_lazy("At most 2 MB and 5,000 rows; the first row names the columns."),
        widget=forms.FileInput({"accept": ".csv,.tsv,.xlsx,text/csv"}),
    )


F = TypeVar("F", bound=forms.Form)


def with_reason(form: F, error: TableUnreadable) -> F:
    """The form with what is wrong with its file."""
    form.is_valid()
    form.errors["file"] = form.error_class([str(_REASONS[error.reason])])
    return form


def table_of(request: HttpRequest) -> tuple[Table, str]:
    """The file, or what the page kept of it. It is read and compared again at every step.

    Raises TableUnreadable, also where the page could not keep what is in the file.
    """
    upload = request.FILES.get("file")
    if upload is None:
        name = request.POST.get("file_name", "").replace("\x00", "")
        return tables.read_written(request.POST.get("content", "")), name
    table = tables.read_table(upload.read(tables.MAX_BYTES + 1))
    if len(tables.written(table).encode()) > tables.MAX_BYTES:
        raise TableUnreadable(tables.TOO_LARGE)
    return table, upload.name or ""

"""A trace drawn as boxes and lines: what leads here on the left, what it leads to on the right."""

from dataclasses import dataclass

from netzstadt.core.links.tracing import Trace, TraceNode, flat

WIDTH, HEIGHT = 176, 40
GAP_X, GAP_Y = 56, 12
MARGIN = 8
MOST = 60
LETTERS = 22


@dataclass(frozen=True, slots=True)
class Box:
    """An object in the drawing."""

    x: int
    y: int
    title: str
    kind: str
    is_start: bool

    @property
    def text_x(self) -> int:
        """Where its words begin."""
        return self.x + 10


@dataclass(frozen=True, slots=True)
class Line:
    """Joins two boxes, from the right side of the left one to the left side of the right one."""

    x1: int
    y1: int
    x2: int
    y2: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawing:
    """Boxes and lines with the extent of the whole."""

    width: int
    height: int
    boxes: list[Box]
    lines: list[Line]


def draw(trace: Trace) -> Drawing | None:
    """Lay the trace out in columns by distance; None where there is nothing or too much to draw."""
    if not 0 < trace.count <= MOST:
        return None
    columns: dict[int, list[TraceNode]] = {}
    for side, nodes in ((-1, trace.up), (1, trace.down)):
        for node in flat(nodes):
            columns.setdefault(side * node.depth, []).append(node)
    first = min(0, *columns)
    tallest = max(len(nodes) for nodes in columns.values())
    height = tallest * (HEIGHT + GAP_Y) - GAP_Y
    boxes: dict[int, Box] = {}
    for column, nodes in columns.items():
        used = len(nodes) * (HEIGHT + GAP_Y) - GAP_Y
        for row, node in enumerate(nodes):
            y = MARGIN + (height - used) // 2 + row * (HEIGHT + GAP_Y)
            boxes[id(node)] = _box(column - first, y, node.card.title, node.kind)
    start = _box(-first, MARGIN + (height - HEIGHT) // 2, trace.start.title, trace.kind, True)
    lines = []
    for side, nodes in ((-1, trace.up), (1, trace.down)):
        lines += [_line(start, boxes[id(node)], side) for node in nodes]
        for node in flat(nodes):
            lines += [_line(boxes[id(node)], boxes[id(each)], side) for each in node.children]
    span = max(0, *columns) - first + 1
    return Drawing(
        width=span * (WIDTH + GAP_X) - GAP_X + 2 * MARGIN,
        height=height + 2 * MARGIN,
        boxes=[start, *boxes.values()],
        lines=lines,
    )


def _box(column: int, y: int, title: str, kind: str, is_start: bool = False) -> Box:
    return Box(MARGIN + column * (WIDTH + GAP_X), y, _short(title), _short(kind), is_start)


def _short(text: str) -> str:
    return text if len(text) <= LETTERS else f"{text[: LETTERS - 1]}…"


def _line(near: Box, far: Box, side: int) -> Line:
    left, right = (near, far) if side > 0 else (far, near)
    return Line(left.x + WIDTH, left.y + HEIGHT // 2, right.x, right.y + HEIGHT // 2)

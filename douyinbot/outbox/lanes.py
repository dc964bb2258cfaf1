"""Where lines wait: a lane for each priority, those that await approval, and the one that is being said."""

from collections.abc import Iterator
from itertools import chain

from douyinbot.outbox.lines import Line, Priority

__all__ = ["Lanes"]


class Lanes:
    """The waiting lines of an account, in the order in which they go out. Holds no policy."""

    def __init__(self) -> None:
        self.current: Line | None = None
        """The line that is being said: it stays until its last part is out, so that parts stay together."""
        self.awaiting: dict[str, Line] = {}
        self._lanes: dict[Priority, list[Line]] = {
            priority: [] for priority in sorted(Priority, reverse=True)
        }
        self._count = 0

    def __iter__(self) -> Iterator[Line]:
        """All lines: the current one, the waiting ones, and those that await approval."""
        current = [] if self.current is None else [self.current]
        return iter([*current, *self.waiting(), *self.awaiting.values()])

    def waiting(self) -> list[Line]:
        """Return the lines that could go out next, most urgent first."""
        return list(chain.from_iterable(self._lanes.values()))

    @property
    def size(self) -> int:
        """How many parts are not finished."""
        return sum(line.left for line in self)

    def put(self, line: Line, instead_of: Line | None = None, *, awaiting: bool = False) -> None:
        """Add a line at the end of its lane, or in the place of another one of the same lane."""
        self._count += 1
        line.order = self._count
        if awaiting:
            if instead_of is not None:
                self.remove(instead_of)
            self.awaiting[line.id] = line
            return
        lane = self._lanes[line.priority]
        if instead_of is not None and instead_of in lane:
            line.order = instead_of.order
            lane[lane.index(instead_of)] = line
            return
        if instead_of is not None:
            self.remove(instead_of)
        lane.append(line)

    def put_back(self, line: Line) -> None:
        """Return the current line to the front of its lane."""
        self.current = None
        self._lanes[line.priority].insert(0, line)

    def begin(self, line: Line) -> None:
        """Make a line the current one."""
        if line is not self.current:
            self.remove(line)
            self.current = line

    def remove(self, line: Line) -> None:
        """Take a line out, wherever it is."""
        if line is self.current:
            self.current = None
        elif self.awaiting.pop(line.id, None) is None and line in self._lanes[line.priority]:
            self._lanes[line.priority].remove(line)

    def same_text(self, line: Line, besides: Line | None) -> list[Line]:
        """Return the unfinished lines with the same text in the same room."""
        return [
            other
            for other in self
            if other.folded == line.folded and other.room == line.room and other is not besides
        ]

    def same_key(self, line: Line) -> Line | None:
        """Return the line that has the same key, of the same plugin in the same room, and is not begun."""
        if line.key is None:
            return None
        for other in self:
            same = (other.key, other.plugin, other.room) == (line.key, line.plugin, line.room)
            if same and other is not self.current and other is not line:
                return other
        return None

    def expendable(self, priority: Priority, besides: Line | None) -> list[Line]:
        """Return the lines that are not more urgent than `priority`, the least urgent and oldest first."""
        lines = [
            line
            for line in self
            if line.priority <= priority and line is not self.current and line is not besides
        ]
        return sorted(lines, key=lambda line: (line.priority, line.order))

"""A disk whose power is cut: what of the changes that ``powercut.c`` noted is on it, and what may be.

For certain: what was synced. Of all that came later, any part in any order: writes whole, torn between sectors or not
at all, the size of a file new and its end zeros, some of the names. Names last either as POSIX promises (once their
folder is synced; each by itself before) or as ext4 and XFS keep them (in order; all up to a file's own once that is
synced). A change of a name is whole or not made.
"""

import itertools
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from random import Random

_HEAD = struct.Struct("=IIIIQQ")  # as in powercut.c
_SECTOR = 512
_TORN = 0.25
_LONGER = 0.5


class Kind(IntEnum):
    """What was done, as in powercut.c."""

    CREATE = 1
    WRITE = 2
    TRUNCATE = 3
    RENAME = 4
    LINK = 5
    UNLINK = 6
    MKDIR = 7
    RMDIR = 8
    SYNC = 9


@dataclass(frozen=True, slots=True)
class Operation:
    """A change to a file or a name, or the wish that all changes of one last."""

    kind: Kind
    path: str
    """Where names change; from the top."""
    data: bytes
    """What is written, or the new path."""
    inode: int
    offset: int
    """Where it is written, or the new size."""


def read_journal(path: Path) -> list[Operation]:
    """Every operation, in order."""
    raw, found, start = path.read_bytes(), [], 0
    while start < len(raw):
        kind, path_bytes, data_bytes, _, inode, offset = _HEAD.unpack_from(raw, start)
        middle = start + _HEAD.size + path_bytes
        name, data = raw[start + _HEAD.size : middle].decode(), raw[middle : middle + data_bytes]
        found.append(Operation(Kind(kind), name, data, inode, offset))
        start = middle + data_bytes
    return found


@dataclass(eq=False)
class Node:
    """A file or a folder: what it holds for certain, and what was written since."""

    is_folder: bool
    content: bytearray = field(default_factory=bytearray)
    pending: list[Operation] = field(default_factory=list)

    def sync(self) -> None:
        """Everything written so far lasts."""
        for operation in self.pending:
            _apply(self.content, operation)
        self.pending.clear()

    def whole(self) -> bytes:
        """What a process reads."""
        content = bytearray(self.content)
        for operation in self.pending:
            _apply(content, operation)
        return bytes(content)

    def after_cut(self, chance: Random) -> bytes:
        """What may be read once the power is back."""
        content, share = bytearray(self.content), _share(chance)
        for operation in self.pending:
            if chance.random() < share:
                for part in _torn(operation, chance):
                    _apply(content, part)
            elif operation.kind == Kind.WRITE and chance.random() < _LONGER:
                _lengthen(content, operation.offset + len(operation.data))
        return bytes(content)


Place = tuple[Node, str]
"""A name in a folder."""
Names = dict[Place, Node]


@dataclass(frozen=True, slots=True, eq=False)
class Naming:
    """A change of names: one is taken away, or one set, or both at once."""

    node: Node
    taken: Place | None = None
    set: Place | None = None

    def apply(self, names: Names) -> None:
        if self.taken:
            names.pop(self.taken, None)
        if self.set:
            names[self.set] = self.node

    def concerns(self, node: Node) -> bool:
        """Whether it changes what a node is called, or what a folder holds."""
        return self.node is node or self.is_in(node)

    def is_in(self, folder: Node) -> bool:
        return any(place and place[0] is folder for place in (self.taken, self.set))


class Disk:
    """A folder on a disk, as far as it is known from the changes to it."""

    def __init__(self, root: Path, inode: int, *, obeys: bool = True) -> None:
        """An empty one.

        Args:
            root: the folder.
            inode: its number.
            obeys: whether the disk does as it is told to when something is to last.
        """
        self._root, self._top, self._obeys = root, Node(is_folder=True), obeys
        self._nodes = {inode: self._top}
        self._live: Names = {}
        self._ways = (_ByFolder(), _InOrder())

    def perform(self, operation: Operation) -> None:
        """Take note of an operation."""
        if operation.kind in (Kind.WRITE, Kind.TRUNCATE):
            self._nodes[operation.inode].pending.append(operation)
        elif operation.kind == Kind.SYNC:
            if self._obeys:
                self._sync(self._nodes[operation.inode])
        else:
            naming = self._naming(operation)
            naming.apply(self._live)
            for way in self._ways:
                way.pending.append(naming)

    def read(self) -> dict[str, bytes]:
        """Every file by its path below the root, as a process sees it."""
        return {path: node.whole() for path, node in self._files(self._live) if not node.is_folder}

    def cut(self, chance: Random, to: Path) -> None:
        """Write what may be left to an empty folder."""
        for path, node in self._files(chance.choice(self._ways).after_cut(chance)):
            if node.is_folder:
                (to / path).mkdir()
            else:
                (to / path).write_bytes(node.after_cut(chance))

    def _sync(self, node: Node) -> None:
        node.sync()
        for way in self._ways:
            way.sync(node)

    def _naming(self, operation: Operation) -> Naming:
        place = self._place(operation.path)
        match operation.kind:
            case Kind.CREATE | Kind.MKDIR:
                node = self._nodes[operation.inode] = Node(is_folder=operation.kind == Kind.MKDIR)
                return Naming(node, set=place)
            case Kind.RENAME:
                return Naming(self._live[place], taken=place, set=self._place(operation.data.decode()))
            case Kind.LINK:
                return Naming(self._live[place], set=self._place(operation.data.decode()))
            case _:
                return Naming(self._live[place], taken=place)

    def _place(self, path: str) -> Place:
        *folders, name = Path(path).relative_to(self._root).parts
        node = self._top
        for folder in folders:
            node = self._live[node, folder]
        return node, name

    def _files(self, names: Names) -> Iterator[tuple[str, Node]]:
        """All that can be reached, folders before what is in them."""
        inside: dict[Node, list[tuple[str, Node]]] = {}
        for (folder, name), node in names.items():
            inside.setdefault(folder, []).append((name, node))
        reached = [("", self._top)]
        for path, node in reached:
            if path:
                yield path, node
            reached += [(f"{path}/{name}".lstrip("/"), one) for name, one in inside.get(node, ())]


@dataclass
class _Way:
    """How names last."""

    certain: Names = field(default_factory=dict)
    pending: list[Naming] = field(default_factory=list)


class _ByFolder(_Way):
    def sync(self, node: Node) -> None:
        for naming in self.pending:
            if naming.is_in(node):
                naming.apply(self.certain)
        self.pending = [naming for naming in self.pending if not naming.is_in(node)]

    def after_cut(self, chance: Random) -> Names:
        names, share = dict(self.certain), _share(chance)
        for naming in self.pending:
            if chance.random() < share:
                naming.apply(names)
        return names


class _InOrder(_Way):
    def sync(self, node: Node) -> None:
        last = max((number for number, naming in enumerate(self.pending) if naming.concerns(node)), default=-1)
        for naming in self.pending[: last + 1]:
            naming.apply(self.certain)
        del self.pending[: last + 1]

    def after_cut(self, chance: Random) -> Names:
        names = dict(self.certain)
        for naming in self.pending[: round(_share(chance) * len(self.pending))]:
            naming.apply(names)
        return names


def _share(chance: Random) -> float:
    """How much of what is not certain is there: all, nothing, or something between."""
    return chance.choice((0.0, 1.0, 0.5, chance.random()))


def _apply(content: bytearray, operation: Operation) -> None:
    if operation.kind == Kind.TRUNCATE:
        del content[operation.offset :]
        _lengthen(content, operation.offset)
    else:
        _lengthen(content, operation.offset)
        content[operation.offset : operation.offset + len(operation.data)] = operation.data


def _lengthen(content: bytearray, size: int) -> None:
    content.extend(bytes(max(0, size - len(content))))


def _torn(operation: Operation, chance: Random) -> list[Operation]:
    """An operation, or what of a write came down to the disk: some of its sectors."""
    if operation.kind != Kind.WRITE or chance.random() >= _TORN:
        return [operation]
    end = operation.offset + len(operation.data)
    edges = [operation.offset, *range(operation.offset // _SECTOR * _SECTOR + _SECTOR, end, _SECTOR), end]
    return [
        Operation(Kind.WRITE, "", operation.data[start - operation.offset : stop - operation.offset], 0, start)
        for start, stop in itertools.pairwise(edges)
        if chance.random() < 0.5
    ]

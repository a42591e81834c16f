"""The memory connector's side of the contract suite: the example to follow for another connector."""

from canonical.vocabulary import EntityKind, FieldType
from connectors.base import CustomField, Reader, Target, Writer
from pmohub.testing.contract.hooks import Key, ToolHooks
from pmohub.testing.memory.access import ReadAccess, WriteAccess
from pmohub.testing.memory.options import MemoryOptions
from pmohub.testing.memory.reader import MemoryReader
from pmohub.testing.memory.samples import small_tool
from pmohub.testing.memory.tool import Fault
from pmohub.testing.memory.writer import MemoryWriter


class MemoryHooks(ToolHooks):
    """A small tool, read four items a page. `reader_type` and `writer_type` let a wrong connector take their place."""

    target = Target(EntityKind.TASK, "BETA-2", "risk", "risk note")
    custom_fields = (CustomField(EntityKind.TASK, "risk", FieldType.TEXT, ("risk",)),)
    secrets = ("memory-token",)
    largest_batch = 4
    reader_type: type[MemoryReader] = MemoryReader
    writer_type: type[MemoryWriter] = MemoryWriter

    def setup_method(self) -> None:
        """Set up a fresh tool; pytest calls it before each test."""
        self.tool = small_tool()
        self.team_sets("none")

    def reader(self) -> Reader:
        """Read four items a page, with their history."""
        options = MemoryOptions(tool="memory", page_size=4, history=True)
        return self.reader_type(ReadAccess(self.tool), options, {EntityKind.TASK: {"risk": "risk note"}})

    def writer(self) -> Writer:
        """Write."""
        return self.writer_type(WriteAccess(self.tool))

    def team_sets(self, value: str) -> None:
        """Set the risk note of one task."""
        self.tool.put(EntityKind.TASK, "BETA-2", **{"risk note": value})

    def team_deletes(self) -> Key:
        """Delete a task of the other project."""
        self.tool.remove(EntityKind.TASK, "ALPHA-3")
        return EntityKind.TASK, "ALPHA-3"

    def spoil(self) -> Key:
        """Type a day that does not exist."""
        self.tool.put(EntityKind.TASK, "BETA-1", due="31 February")
        return EntityKind.TASK, "BETA-1"

    def hide(self) -> None:
        """Take back the permission for most of the other project."""
        self.tool.withhold("ALPHA", shown=1)

    def take_down(self) -> None:
        """Fail every call from now on."""
        self.tool.fail(Fault.DOWN, forever=True)

    def state(self) -> object:
        """Everything, and how often it was edited."""
        return {key: dict(item.values) for key, item in self.tool.items.items()}, len(self.tool.history)

"""The connector of an in-memory tool, for everybody's tests: edit the tool as a team would, sync, look."""

from collections.abc import Collection

from pmohub.testing.memory.access import ReadAccess, WriteAccess
from pmohub.testing.memory.connector import KIND, TOOLS
from pmohub.testing.memory.options import MemoryOptions
from pmohub.testing.memory.reader import Carriers, MemoryReader
from pmohub.testing.memory.samples import nasty_tool, small_tool
from pmohub.testing.memory.tool import Fault, MemoryTool
from pmohub.testing.memory.writer import MemoryWriter

__all__ = [
    "KIND",
    "TOOLS",
    "Fault",
    "MemoryOptions",
    "MemoryReader",
    "MemoryTool",
    "MemoryWriter",
    "ReadAccess",
    "WriteAccess",
    "nasty_tool",
    "reader_of",
    "small_tool",
    "writer_of",
]


def reader_of(
    tool: MemoryTool,
    *,
    page_size: int = 100,
    carriers: Carriers | None = None,
    history: bool = False,
    without: Collection[str] = (),
) -> MemoryReader:
    """Make a reader of a tool."""
    options = MemoryOptions(tool=tool.name, page_size=page_size, history=history, without=frozenset(without))
    return MemoryReader(ReadAccess(tool), options, carriers or {})


def writer_of(tool: MemoryTool) -> MemoryWriter:
    """Make a writer of a tool."""
    return MemoryWriter(WriteAccess(tool))

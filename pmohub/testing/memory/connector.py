"""What a configuration names: the kind `memory`, and the tools it can reach."""

from collections.abc import Sequence

from connectors.base import ConnectorContext, CustomField, Reader, Writer
from pmohub.testing.memory.access import ReadAccess, WriteAccess
from pmohub.testing.memory.options import MemoryOptions
from pmohub.testing.memory.reader import MemoryReader
from pmohub.testing.memory.tool import MemoryTool
from pmohub.testing.memory.writer import MemoryWriter

TOOLS: dict[str, MemoryTool] = {}
"""The tools that a configuration can name; a test registers its own."""


class MemoryKind:
    """What the entry point group would name."""

    name = "memory"
    options = MemoryOptions

    def custom_fields(self, options: MemoryOptions) -> Sequence[CustomField]:  # noqa: ARG002  # the contract's shape
        """Name none: what a tool holds beside the canonical fields is read as a carrier only."""
        return ()

    def reader(self, options: MemoryOptions, context: ConnectorContext) -> Reader:
        """Make the object that can read."""
        return MemoryReader(ReadAccess(TOOLS[options.tool]), options, context.carriers)

    def writer(self, options: MemoryOptions, context: ConnectorContext) -> Writer:  # noqa: ARG002  # the contract's shape
        """Make the object that can write."""
        return MemoryWriter(WriteAccess(TOOLS[options.tool]))


KIND = MemoryKind()

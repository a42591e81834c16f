"""A connector whose tool does what a file says: fine, slow, hang, hang in earnest, eat, garbage, crash, down."""

import os
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from pmohub.connector_api import Batch, ConnectorContext, Cursor, Problem, ToolError
from pmohub.testing.memory import (
    MemoryOptions,
    MemoryReader,
    MemoryTool,
    MemoryWriter,
    ReadAccess,
    small_tool,
    writer_of,
)

HOARD: list[bytearray] = []


class Options(BaseModel):
    behaviour: str
    """A file beside the configuration, whose words tell how the tool behaves: at each batch the next one."""


class AwkwardReader(MemoryReader):
    def __init__(self, tool: MemoryTool, file: Path, carriers: Mapping[Any, Any]) -> None:
        super().__init__(ReadAccess(tool), MemoryOptions(tool=tool.name, page_size=4), carriers)
        self.file = file

    def pull(self, cursor: Cursor | None) -> Iterator[Batch]:
        words = self.file.read_text().split()
        for number, batch in enumerate(super().pull(cursor)):
            behave(words[min(number, len(words) - 1)])
            yield batch


def behave(word: str) -> None:
    match word:
        case "slow":
            time.sleep(0.5)
        case "hang":
            time.sleep(3600)
        case "earnest":  # as code in C does that no signal gets through to
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
            time.sleep(3600)
        case "eat":
            while True:
                HOARD.append(bytearray(64 << 20))
        case "garbage":
            raise ValueError("\x00<html>s3cret-words-of-the-tool")
        case "crash":
            os.abort()
        case "down":
            raise ToolError(Problem("The tool does not answer", "GET /", "Nothing was read.", "Wait."))


class AwkwardKind:
    name = "awkward"
    options = Options

    def custom_fields(self, options: Options) -> Sequence[Any]:
        return ()

    def reader(self, options: Options, context: ConnectorContext) -> AwkwardReader:
        return AwkwardReader(small_tool(context.id), context.folder / options.behaviour, context.carriers)

    def writer(self, options: Options, context: ConnectorContext) -> MemoryWriter:
        return writer_of(small_tool(context.id))


KIND = AwkwardKind()

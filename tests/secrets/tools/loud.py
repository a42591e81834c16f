"""A connector that says its token wherever it can: in problems, reasons, records that do not map, logs and faults."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from pmohub.connector_api import (
    Batch,
    ConnectorContext,
    Cursor,
    Discovery,
    EntityKind,
    FieldChange,
    Outcome,
    Problem,
    Quarantined,
    Secret,
    ToolError,
    Weight,
    WriteResult,
)
from pmohub.testing.memory import MemoryOptions, MemoryReader, MemoryWriter, ReadAccess, WriteAccess, small_tool


class Options(BaseModel):
    token: Secret
    mood: str
    """A file beside the configuration: how the tool behaves."""


def said(token: str, weight: Weight = Weight.ERROR) -> Problem:
    url = f"GET https://tool.example/?token={token}"
    return Problem(f"{url}: 401", url, f"Not read with {token}", f"Renew {token}", weight, commands=(f"curl {url}",))


def outcry(token: str, mood: str) -> None:
    logging.getLogger("vendor").warning("GET https://tool.example/?token=%s", token)
    if mood == "refuses":
        raise ToolError(said(token))
    if mood == "breaks":
        message = f"Authorization: Bearer {token}"
        raise RuntimeError(message)


class LoudReader(MemoryReader):
    def __init__(self, context: ConnectorContext, token: str, mood: str) -> None:
        tool = small_tool(context.id)
        super().__init__(ReadAccess(tool), MemoryOptions(tool=tool.name, page_size=4), context.carriers)
        self.token, self.mood = token, mood

    def check(self) -> Iterable[Problem]:
        outcry(self.token, self.mood)
        return [said(self.token, Weight.WARNING)]

    def describe(self) -> str:
        outcry(self.token, self.mood)
        return super().describe()

    def discover(self) -> Discovery:
        outcry(self.token, self.mood)
        return super().discover()

    def pull(self, cursor: Cursor | None) -> Iterator[Batch]:
        for number, batch in enumerate(super().pull(cursor)):
            if number:
                outcry(self.token, self.mood)
            bad = Quarantined(
                EntityKind.TASK, f"GET /bad?token={self.token}", f"{self.token} did not help", f"Renew {self.token}",
                {"url": f"https://tool.example/bad?token={self.token}"}, "bad",
            )  # fmt: skip
            yield replace(batch, problems=[said(self.token, Weight.WARNING)], quarantined=[bad])


class LoudWriter(MemoryWriter):
    def __init__(self, context: ConnectorContext, token: str, mood: str) -> None:
        super().__init__(WriteAccess(small_tool(context.id)))
        self.token, self.mood = token, mood

    def write(self, changes: Sequence[FieldChange]) -> Iterator[WriteResult]:
        outcry(self.token, self.mood)
        for change in changes:
            yield WriteResult(change, Outcome.REFUSED, None, f"PUT with {self.token} was refused")


class LoudKind:
    name = "loud"
    options = Options

    def custom_fields(self, options: Options) -> Sequence[Any]:
        return ()

    def reader(self, options: Options, context: ConnectorContext) -> LoudReader:
        return LoudReader(context, *told(options, context))

    def writer(self, options: Options, context: ConnectorContext) -> LoudWriter:
        return LoudWriter(context, *told(options, context))


def told(options: Options, context: ConnectorContext) -> tuple[str, str]:
    token = options.token.read(context.folder, where=f"connectors.{context.id}.token")
    return token, (context.folder / options.mood).read_text()


KIND = LoudKind()

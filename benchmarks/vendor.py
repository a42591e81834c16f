"""A connector whose tool takes as long to answer as vendors do: 50 to 500 ms a reading, by the connector's name."""

import time
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from pydantic import BaseModel

from pmohub.connector_api import Batch, ConnectorContext, Cursor
from pmohub.testing.memory import MemoryOptions, MemoryReader, MemoryWriter, ReadAccess, small_tool, writer_of

DISTRIBUTION = {
    "METADATA": "Metadata-Version: 2.1\nName: vendor-like\nVersion: 1\n",
    "entry_points.txt": "[pmohub.connectors]\nvendor = benchmarks.vendor:KIND\n",
}
"""The files of a dist-info folder by which pmohub finds this kind."""
PAGE = 4
PAGES = 4


class Options(BaseModel):
    """None: the name says how slow it is."""


class SlowReader(MemoryReader):
    def __init__(self, name: str, context: ConnectorContext) -> None:
        super().__init__(ReadAccess(small_tool(name)), MemoryOptions(tool=name, page_size=PAGE), context.carriers)
        self.seconds = Random(name).uniform(0.05, 0.5)

    def pull(self, cursor: Cursor | None) -> Iterator[Batch]:
        for batch in super().pull(cursor):
            time.sleep(self.seconds / PAGES)
            yield batch


class VendorKind:
    name = "vendor"
    options = Options

    def custom_fields(self, options: Options) -> Sequence[Any]:
        return ()

    def reader(self, options: Options, context: ConnectorContext) -> SlowReader:
        return SlowReader(context.id, context)

    def writer(self, options: Options, context: ConnectorContext) -> MemoryWriter:
        return writer_of(small_tool(context.id))


KIND = VendorKind()

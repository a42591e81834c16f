"""What the hub holds of a connector, for its reader to ask: a few questions, and no way to the store itself."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Engine

from canonical.records import Ref
from canonical.store.belonging import tasks_of
from canonical.store.writebacks import written_since_read


@dataclass(frozen=True, slots=True)
class Stored:
    """Answers a reader's questions from the store."""

    engine: Engine
    connector: str

    def tasks_of(self, time_entries: Collection[str]) -> Mapping[str, Ref]:
        """Give the task that each of these time entries was last stored with."""
        return tasks_of(self.engine, self.connector, time_entries)

    def written(self) -> Collection[str]:
        """Give the tasks that the hub wrote since the last complete reading, the newest first."""
        return written_since_read(self.engine, self.connector)

"""Tasks by their gids, and the project that each counts towards: for one below another, that of its topmost parent."""

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType

from connectors.asana.client.api import Client
from connectors.asana.client.connection import JSON
from connectors.asana.mapping.tasks import home_of, projects_of
from connectors.asana.pulling.units import Located
from connectors.asana.pulling.whereabouts import Whereabouts

WHERE = ("memberships.project.gid", "parent.gid")
DEEPEST = 50
"""Levels of subtasks that are followed upwards; Asana's own limit is below that."""


class Locator:
    """Looks tasks up, each once."""

    def __init__(
        self,
        client: Client,
        pool: ThreadPoolExecutor,
        fields: Sequence[str],
        projects: Mapping[str, str],
        where: Whereabouts,
    ) -> None:
        self._client, self._pool, self._fields, self._projects, self._where = client, pool, fields, projects, where
        self._parents: dict[str, JSON | None] = {}

    def read(self, gids: Collection[str]) -> list[Located]:
        """Read tasks, and leave out those that are not to be seen, or count towards no project that is meant."""
        return self.place(self.raws(gids))

    def raws(self, gids: Collection[str]) -> list[JSON]:
        """Read tasks, wherever they are, and leave out those that are not to be seen."""
        futures = [self._pool.submit(self._client.task, gid, self._fields) for gid in gids]
        try:
            return [raw for future in futures if (raw := future.result()) is not None]
        finally:
            for future in futures:
                future.cancel()

    def place(self, raws: Sequence[JSON], listed: Mapping[str, str] = MappingProxyType({})) -> list[Located]:
        """Find the project of each of these tasks, and leave out those that count towards none that is meant.

        `listed`: by gid, the project that listed a task, for one that does not say itself in which it is.
        """
        self._look_up(raws)
        homes = [self._home(raw) or (listed.get(str(raw.get("gid"))) if _is_silent(raw) else None) for raw in raws]
        return [Located(raw, home) for raw, home in zip(raws, homes, strict=True) if home is not None]

    def _home(self, raw: JSON) -> str | None:
        for _ in range(DEEPEST):
            own = home_of(raw, self._projects)
            parent = _parent(raw)
            if own is not None or parent is None:
                return own
            known = self._where.known(parent)
            if known is not None:
                return known
            above = self._parents.get(parent)
            if above is None:
                return None
            raw = above
        return None

    def _look_up(self, raws: Sequence[JSON]) -> None:
        """Read the parents that are not known, and theirs, level by level."""
        level = list(raws)
        for _ in range(DEEPEST):
            wanted = dict.fromkeys(
                parent
                for raw in level
                if home_of(raw, self._projects) is None and (parent := _parent(raw)) is not None
                if parent not in self._parents and self._where.known(parent) is None
            )
            if not wanted:
                return
            futures = [self._pool.submit(self._client.task, gid, WHERE) for gid in wanted]
            for gid, future in zip(wanted, futures, strict=True):
                self._parents[gid] = future.result()
            level = [raw for gid in wanted if (raw := self._parents[gid]) is not None]


def _is_silent(raw: JSON) -> bool:
    return projects_of(raw) is None


def _parent(raw: JSON) -> str | None:
    parent = raw.get("parent")
    return str(parent["gid"]) if isinstance(parent, Mapping) and parent.get("gid") else None

"""The store of a department at work, put back as often as it takes: a file beside the others, or a database."""

import os
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine, make_url, text

NAMED = "PMOHUB_CRASH_DATABASE"
"""Where the configuration finds the address of a database that is no file beside it."""


class FileStore:
    """SQLite in the folder: kept and put back with the folder."""

    config = ""

    def keep(self) -> None:
        """Nothing besides."""

    def put_back(self) -> None:
        """Nothing besides."""


@dataclass
class ServerStore:
    """A database of PostgreSQL: kept as a template, made anew from it."""

    admin: Engine
    url: str
    config = f'database = {{ env = "{NAMED}" }}'

    def keep(self) -> None:
        self._copy(self.name, f"{self.name}_seed")

    def put_back(self) -> None:
        self._copy(f"{self.name}_seed", self.name)

    @property
    def name(self) -> str:
        return make_url(self.url).database or ""

    def _copy(self, source: str, target: str) -> None:
        with self.admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {target} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {target} TEMPLATE {source}"))


def store_of(kind: str, empty_database: Callable[[str], str], admin: Callable[[], Engine]) -> FileStore | ServerStore:
    """Make the store of a kind, and let the configuration find it."""
    if kind == "sqlite":
        return FileStore()
    os.environ[NAMED] = empty_database(kind)
    return ServerStore(admin(), os.environ[NAMED])

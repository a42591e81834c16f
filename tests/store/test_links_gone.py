"""Dependencies of tasks of which every one was given."""

from collections.abc import Callable

from sqlalchemy import Engine

from canonical.records import Dependency
from canonical.schema.entities import dependency
from canonical.store import Counts
from tests.store.conftest import rows_of

Store = Callable[..., Counts]


def link(name: str, first: str, second: str) -> Dependency:
    return Dependency(external_id=name, predecessor=f"id:{first}", successor=f"id:{second}")


def live(engine: Engine) -> set[str]:
    return {row["external_id"] for row in rows_of(engine, dependency) if row["deleted_at"] is None}


def test_a_link_that_its_task_no_longer_shows_is_gone_and_others_stay(engine: Engine, store: Store) -> None:
    store(link("1", "A", "B"), link("2", "C", "A"), link("3", "B", "C"))
    counts = store(link("1", "A", "B"), linked=["id:A"])
    assert (counts.deleted, live(engine)) == (1, {"1", "3"})


def test_without_a_word_of_all_links_none_is_gone(engine: Engine, store: Store) -> None:
    store(link("1", "A", "B"))
    store(link("2", "A", "C"))
    assert live(engine) == {"1", "2"}

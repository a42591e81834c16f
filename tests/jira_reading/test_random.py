"""Any history of edits, read as it happens, gives what one reading of everything gives."""

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from canonical.intake import Batch, Cursor
from canonical.records import Record, TimeEntry
from canonical.vocabulary import EntityKind
from pmohub.testing.jira import Flavour
from pmohub.testing.jira.world.scheme import EPIC
from tests.jira_reading.sites import BOTH, Key, Site, pulled, records, site

KINDS = {EntityKind.TASK, EntityKind.TIME_ENTRY, EntityKind.PROJECT}


class Kept:
    """What a store would hold after these batches."""

    def __init__(self) -> None:
        self.rows: dict[Key, Record] = {}

    def take(self, batches: Sequence[Batch]) -> Cursor:
        for batch in batches:
            self.rows |= {key: record for key, record in records([batch]).items() if key[0] in KINDS}
            for key in batch.deleted:
                self.rows.pop(key, None)
        return batches[-1].cursor

    def count(self, jira: Site) -> None:
        """Drop what censuses of all scopes no longer show."""
        reader = jira.reader()
        for entity, scope in {(key[0], record.scope) for key, record in self.rows.items()}:
            shown = reader.census(entity, scope or "")
            if shown.unlisted:
                continue
            here = {key for key, record in self.rows.items() if (key[0], record.scope) == (entity, scope)}
            missing = frozenset(name for _, name in here) - shown.external_ids
            for name in reader.confirm_gone(entity, scope or "", missing) if missing else ():
                self.rows.pop((entity, name), None)
        there = {f"id:{name}" for kind, name in self.rows if kind is EntityKind.TASK}
        left = {key: row for key, row in self.rows.items() if not isinstance(row, TimeEntry) or row.task in there}
        self.rows = left


def differing(one: Record, other: Record) -> list[tuple[str, str, object, object]]:
    pairs = [(name, getattr(one, name), getattr(other, name)) for name in type(one).model_fields]
    return [(one.external_id, name, old, new) for name, old, new in pairs if old != new]


def edit(jira: Site, chance: random.Random) -> None:
    issues = jira.some(10**6)
    issue = chance.choice(issues)
    # Its children point to it by its key, which becomes an alias, or to what is gone: that is the store's business.
    is_parent = issue.number in {one.values["parent"] for one in issues} or issue.values["issuetype"] == EPIC
    keys = [project.key for project in jira.server.state.world.projects if not project.archived]
    match chance.randrange(6):
        case 0:
            jira.edit(issue, summary=f"Title {chance.random()}")
        case 1:
            jira.log(issue, chance.randrange(60, 7200, 60))
        case 2 if issue.worklogs:
            jira.unlog(issue, quiet=False)
        case 3 if not is_parent:
            jira.move(issue, chance.choice(keys))
        case 4 if not is_parent:
            jira.server.state.world.remove(issue.number)
        case _:
            jira.pass_time(chance.choice([0.001, 5, 61, 400]))


@BOTH
@pytest.mark.parametrize("seed", [1, *(pytest.param(number, marks=pytest.mark.long) for number in range(2, 12))])
def test_reading_as_it_happens_gives_what_reading_everything_gives(flavour: Flavour, seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)  # noqa: S311
    with site(flavour, tmp_path, issues=60, lag=chance.choice([0, 30]) if flavour is Flavour.CLOUD else 0) as jira:
        kept = Kept()
        cursor = kept.take(pulled(jira.reader()))
        for _ in range(5):
            for _ in range(chance.randrange(1, 7)):
                edit(jira, chance)
            reading = []
            for batch in jira.reader().pull(cursor):
                reading.append(batch)
                if chance.random() < 0.3:
                    edit(jira, chance)
                if chance.random() < 0.1:
                    break
            cursor = kept.take(reading)
        jira.pass_time(400)
        kept.take(pulled(jira.reader(), cursor))
        kept.count(jira)
        whole = {key: record for key, record in records(pulled(jira.reader())).items() if key[0] in KINDS}
        assert kept.rows.keys() == whole.keys()
        assert [found for key in whole for found in differing(kept.rows[key], whole[key])] == []

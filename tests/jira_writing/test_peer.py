"""Writing to a Data Center that others wrote."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from canonical.values import FieldValue
from canonical.vocabulary import EntityKind
from connectors.base import FieldChange, Outcome, Target, WriteResult
from tests.jira_sandbox.peer import peer
from tests.jira_writing.peer import MONDAY, writer


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Run the peer for the tests of this file."""
    with peer(MONDAY) as address:
        yield address


def issue(url: str, key: str = "JIRA820-3") -> Any:
    """Ask the peer for an issue, as anybody would."""
    return httpx.get(f"{url}/rest/api/2/issue/{key}").json()


def write(url: str, folder: Path, carrier: str, before: FieldValue, after: FieldValue, **more: Any) -> WriteResult:
    """Write one field of the issue."""
    target = Target(EntityKind.TASK, issue(url)["id"], "own", carrier)
    (result,) = writer(url, folder, **more).write([FieldChange(target, before, after)])
    return result


def test_a_date_a_text_and_a_number_are_written_and_read_back(url: str, tmp_path: Path) -> None:
    fields = issue(url)["fields"]
    due = date.fromisoformat(fields["duedate"]) if fields["duedate"] else None
    assert write(url, tmp_path, "duedate", due, date(2026, 3, 1)).outcome is Outcome.APPLIED
    assert write(url, tmp_path, "summary", fields["summary"], "=1+1").outcome is Outcome.APPLIED
    assert issue(url)["fields"]["duedate"] == "2026-03-01"
    assert issue(url)["fields"]["summary"] == "=1+1"


def test_a_teams_value_is_left_alone(url: str, tmp_path: Path) -> None:
    result = write(url, tmp_path, "summary", "What the plan was made on", "Ours")
    assert result.outcome is Outcome.STALE
    assert issue(url)["fields"]["summary"] == result.read_back


def test_a_value_that_the_field_does_not_take_is_refused_before_it_is_sent(url: str, tmp_path: Path) -> None:
    due = issue(url)["fields"]["duedate"]
    result = write(url, tmp_path, "duedate", date.fromisoformat(due) if due else None, "soon")
    assert (result.outcome, result.reason) == (Outcome.REFUSED, "Due Date holds a day, and “soon” is none")


def test_a_status_is_written_by_a_transition_where_the_configuration_says_so(url: str, tmp_path: Path) -> None:
    now = issue(url)["fields"]["status"]["name"]
    wanted = "In Progress" if now != "In Progress" else "Done"
    assert write(url, tmp_path, "status", now, wanted).outcome is Outcome.REFUSED
    assert write(url, tmp_path, "status", now, wanted, transitions=True).outcome is Outcome.APPLIED
    assert issue(url)["fields"]["status"]["name"] == wanted


def test_what_was_not_done_is_not_called_done(url: str, tmp_path: Path) -> None:
    labels = issue(url)["fields"]["labels"]
    result = write(url, tmp_path, "labels", labels or None, [*labels, "ours"])
    assert result.outcome in {Outcome.REFUSED, Outcome.APPLIED}
    assert ("ours" in issue(url)["fields"]["labels"]) is (result.outcome is Outcome.APPLIED)

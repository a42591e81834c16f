"""What a network and a busy Asana do: each ends in a whole reading or in a named error, with what was given intact."""

from pathlib import Path

import pytest

from canonical.intake import Batch
from canonical.problems import ToolError
from connectors.asana.client import paging
from connectors.asana.reader import AsanaReader
from pmohub.testing.asana.faults import Fault, Kind
from tests.asana_reading.sites import Site, pulled, records, site, tasks

LONG = pytest.mark.long
PASSING = (
    Kind.RESET,
    Kind.TOO_MANY,
    *(pytest.param(kind, marks=LONG) for kind in (Kind.TRUNCATED, Kind.BAD_GATEWAY, Kind.UNAVAILABLE)),
)
LASTING = (
    Kind.LOGIN_PAGE,
    Kind.EMPTY,
    *(pytest.param(kind, marks=LONG) for kind in (Kind.INTERNAL, Kind.UNAUTHORISED)),
)


@pytest.mark.parametrize("kind", PASSING)
@pytest.mark.parametrize("path", ["tasks", *(pytest.param(path, marks=LONG) for path in ("events", "projects"))])
def test_what_passes_by_itself_costs_a_wait_and_nothing_else(tmp_path: Path, kind: Kind, path: str) -> None:
    with site(tmp_path, tasks=30) as asana:
        asana.server.state.faults.arm(Fault(kind=kind, path=path))
        reader = asana.reader(patience=30)
        read = tasks(pulled(reader))
        assert asana.server.state.faults.hits
        assert sum(reader.traffic().waited.values()) > 0
        assert set(read) == set(tasks(pulled(asana.reader())))


@pytest.mark.parametrize("kind", LASTING)
@pytest.mark.parametrize("nth", [4, pytest.param(1, marks=LONG), pytest.param(20, marks=LONG)])
def test_what_does_not_pass_ends_in_a_named_error_and_what_was_given_stays(
    tmp_path: Path, kind: Kind, nth: int
) -> None:
    with site(tmp_path, tasks=30) as asana:
        fails_at(asana, kind, nth)


@pytest.mark.long
@pytest.mark.parametrize("kind", [Kind.LOGIN_PAGE, Kind.EMPTY, Kind.INTERNAL, Kind.UNAUTHORISED])
def test_each_request_of_a_pull_fails_in_each_way(tmp_path: Path, kind: Kind) -> None:
    with site(tmp_path, tasks=30) as asana:
        reader = asana.reader()
        pulled(reader)
        for nth in range(1, reader.traffic().requests + 1):
            fails_at(asana, kind, nth)


def drain(reader: AsanaReader, into: list[Batch]) -> None:
    """Pull, and keep what came before it failed."""
    for batch in reader.pull(None):
        into.append(batch)  # noqa: PERF402  # what comes before a failure counts


def fails_at(asana: Site, kind: Kind, nth: int) -> None:
    """Let the nth request of a pull fail for good, and go on from what had been given."""
    faults = asana.server.state.faults
    faults.clear()
    faults.arm(Fault(kind=kind, nth=nth))
    batches: list[Batch] = []
    with pytest.raises(ToolError) as raised:
        drain(asana.reader(requests_at_once=1), batches)
    problem = raised.value.problem
    assert problem.what
    assert problem.next_step
    assert "sandbox-token" not in str(problem)
    faults.clear()
    rest = pulled(asana.reader(), batches[-1].cursor if batches else None)
    assert set(records([*batches, *rest])) == set(records(pulled(asana.reader())))


def test_a_page_that_leads_to_itself_is_an_error_and_no_circle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "A_PAGE", 4)
    with site(tmp_path) as asana:
        asana.server.state.faults.arm(Fault(kind=Kind.SAME_PAGE_TOKEN, path="tasks", times=None))
        with pytest.raises(ToolError, match="token"):
            list(asana.reader().pull(None))

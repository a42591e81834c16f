"""The Nth HTTP request of a sync or a write-back fails in every way: it is told, and the next run mends it."""

from collections.abc import Iterator
from itertools import cycle, islice

from canonical.problems import Problem
from canonical.store.writebacks import State
from pmohub.testing.sandbox.faults.plan import Fault, Kind
from pmohub.writing import send
from tests.crash.forked import ForkedSite, pull_report
from tests.crash.harness import Harness
from tests.crash.workplace import journal

KINDS = (
    Fault(kind=Kind.TIMEOUT, seconds=0.05),
    Fault(kind=Kind.RESET),
    Fault(kind=Kind.RESET, applied=True),
    Fault(kind=Kind.TOO_MANY, retry_after=1),
    Fault(kind=Kind.TOO_MANY),
    Fault(kind=Kind.INTERNAL),
    Fault(kind=Kind.INTERNAL, applied=True),
    Fault(kind=Kind.BAD_GATEWAY),
    Fault(kind=Kind.UNAVAILABLE, applied=True),
    Fault(kind=Kind.TRUNCATED),
    Fault(kind=Kind.LOGIN_PAGE),
    Fault(kind=Kind.UNAUTHORISED),
    Fault(kind=Kind.SAME_PAGE_TOKEN),
    Fault(kind=Kind.EMPTY),
)
"""Of a silence, only that it ends is tried: with the connection."""


CASES = [kind.model_copy(update={"times": times}) for kind in KINDS for times in (1, None)]


def faults(api: str, most: int, stride: int, of_each: int) -> Iterator[Fault]:
    """Let every so manieth request fail, in so many of the ways, which take turns."""
    turns = cycle(CASES)
    for nth in range(1, most + 1, stride):
        for fault in islice(turns, of_each):
            yield fault.model_copy(update={"nth": nth, "path": api})


def site_of(harness: Harness) -> ForkedSite:
    assert isinstance(harness.outside, ForkedSite)
    return harness.outside


def check_told(problems: list[Problem], where: str) -> None:
    for problem in problems:
        assert problem.what, where
        assert problem.next_step, where
        assert "fault of the program" not in problem.what, f"{where}: {problem}"
        assert "sandbox-token" not in str(problem), where


def requests_of(harness: Harness) -> int:
    """Count the requests of the work."""
    site = site_of(harness)
    harness.begin()
    site.arm(Fault(kind=Kind.DELAY, seconds=0, times=None, path=site.api))
    harness.work(harness.hub)
    return site.hits()


def check_sync(harness: Harness, stride: int, of_each: int) -> str:
    harness.begin()
    pull_report(harness.hub, 2)
    wanted, most, tried, failed = harness.left().stored, requests_of(harness), 0, 0
    for fault in faults(site_of(harness).api, most, stride, of_each):
        harness.begin()
        site_of(harness).arm(fault)
        report = pull_report(harness.hub, 2)
        check_told(report.problems, f"{fault!r}")
        site_of(harness).arm(None)
        again = pull_report(harness.hub, 2)
        assert not again.problems, f"{fault!r}: {again.problems}"
        assert harness.left().stored == wanted, f"{fault!r}"
        tried += 1
        failed += bool(report.problems)
    return f"{most} requests, {tried} faults, of which {failed} were told; the next run mended all"


def check_write_back(harness: Harness, stride: int, of_each: int) -> str:
    most, tried, told = requests_of(harness), 0, 0
    for fault in faults(site_of(harness).api, most, stride, of_each):
        harness.begin()
        site_of(harness).arm(fault)
        done = send(harness.hub, "P1")
        check_told(done.problems, f"{fault!r}")
        site_of(harness).arm(None)
        again = send(harness.hub, "P1")
        assert again.problems == [], f"{fault!r}"
        check_written(harness, fault)
        tried += 1
        told += bool(done.problems)
    return f"{most} requests, {tried} faults, of which {told} stopped the run; the next one settled all"


def check_written(harness: Harness, fault: Fault) -> None:
    """Everything has ended; what is said to be written is, once, and what is not is as it was."""
    items = journal(harness.hub)
    assert {item.state for item in items} <= {State.APPLIED, State.ALREADY_TRUE, State.REFUSED, State.WITHDRAWN}, fault
    assert all(item.outcome_reason for item in items if item.state is not State.APPLIED), fault
    site = site_of(harness)
    applied = sum(item.state in {State.APPLIED, State.ALREADY_TRUE} for item in items)
    assert len(site.written()) == applied, f"{fault!r}: {[(item.carrier, item.state) for item in items]}"

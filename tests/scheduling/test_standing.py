"""When a connector is due follows from its latest runs alone, so that a restart forgets nothing."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as some

from canonical.store import RunState
from canonical.store.attempts import Attempt
from sync.scheduling.crontab import Crontab
from sync.scheduling.standing import Retry, Standing, standing
from sync.scheduling.timetable import Timetable

NOW = datetime(2026, 11, 26, 9, 7, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
QUARTERS = Timetable(Crontab.parse("*/15 * * * *"), ZoneInfo("Europe/Berlin"))
DAILY = Timetable(Crontab.parse("0 6 * * *"), ZoneInfo("Europe/Berlin"))
RETRY = Retry(MINUTE, 60 * MINUTE)


def run(ago: float, state: RunState = RunState.DONE, *, by_person: bool = False) -> Attempt:
    begun = NOW - ago * MINUTE
    return Attempt(begun, None if state is RunState.RUNNING else begun + MINUTE / 2, state, by_person=by_person)


def test_what_was_never_read_is_due_at_once() -> None:
    assert standing(DAILY, [], RETRY, NOW) == Standing(NOW)


def test_after_a_run_the_schedule_says_when() -> None:
    assert standing(QUARTERS, [run(5)], RETRY, NOW).due == NOW + 8 * MINUTE


def test_times_that_were_missed_count_once() -> None:
    found = standing(QUARTERS, [run(600)], RETRY, NOW)
    assert found.due < NOW
    assert standing(QUARTERS, [run(0), run(600)], RETRY, NOW).due > NOW


def test_a_failure_is_tried_again_sooner_than_a_rare_schedule_says() -> None:
    found = standing(DAILY, [run(2, RunState.FAILED), run(1000)], RETRY, NOW)
    assert (found.due, found.failures) == (NOW - MINUTE / 2, 1)


def test_each_further_failure_doubles_the_time_up_to_a_bound() -> None:
    waits = []
    for number in range(1, 30):
        failed = [run(10 * (k + 1), RunState.FAILED) for k in range(number)]
        waits.append(standing(QUARTERS, [*failed, run(999)], RETRY, NOW).due - failed[0].ended)  # type: ignore[operator]  # it ended
    assert waits[:7] == [k * MINUTE for k in (1, 2, 4, 8, 16, 32, 60)]
    assert set(waits[6:]) == {60 * MINUTE}


def test_one_success_ends_the_waiting() -> None:
    found = standing(QUARTERS, [run(1), *(run(10 + k, RunState.FAILED) for k in range(9))], RETRY, NOW)
    assert (found.due, found.failures) == (NOW + 8 * MINUTE, 0)


def test_what_a_stop_cut_off_goes_on_at_once_and_what_a_person_cancelled_waits() -> None:
    assert standing(DAILY, [run(3, RunState.CANCELLED)], RETRY, NOW).due < NOW
    assert standing(DAILY, [run(3, RunState.CANCELLED, by_person=True)], RETRY, NOW).due > NOW


def test_overdue_is_what_should_have_begun_a_while_ago_and_does_not_run() -> None:
    assert not standing(QUARTERS, [run(20)], RETRY, NOW).is_overdue(NOW)
    assert standing(QUARTERS, [run(60)], RETRY, NOW).is_overdue(NOW)
    assert not standing(QUARTERS, [run(60, RunState.RUNNING)], RETRY, NOW).is_overdue(NOW)


@given(some.lists(some.sampled_from(RunState), max_size=40), some.integers(1, 10_000))
def test_whatever_happened_it_comes_back_within_the_bound_or_by_its_schedule(states: list[RunState], ago: int) -> None:
    attempts = [run(ago + number, state) for number, state in enumerate(states)]
    found = standing(QUARTERS, attempts, RETRY, NOW)
    latest = max([NOW, *(one.ended or one.begun for one in attempts[:1])])
    assert found.due <= latest + 60 * MINUTE

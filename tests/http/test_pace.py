"""The pace by itself, on a clock of the test's."""

from hypothesis import given
from hypothesis import strategies as st

from connectors.http.headers import Advice
from connectors.http.pace import Pace, pause

QUICK = 0.1


def after_answers(pace: Pace, count: int, now: float) -> float:
    for _ in range(count):
        pace.answered("GET /a", now, now + QUICK, Advice())
        now += QUICK
    return now


def test_a_refusal_halves_what_is_under_way_and_good_answers_give_it_back_slowly() -> None:
    pace = Pace(8)
    pace.refused("GET /a", 0, 1, 2, Advice())
    assert pace.at_once == 4
    now = after_answers(pace, 4, 3)
    assert pace.at_once in {4, 5}
    after_answers(pace, 60, now)
    assert pace.at_once == 8


def test_those_refused_together_count_once() -> None:
    pace = Pace(8)
    for _ in range(5):
        pace.refused("GET /a", 0, 1, 2, Advice())
    assert pace.at_once == 4


def test_nobody_asks_before_the_wait_is_over() -> None:
    pace = Pace(8)
    pace.refused("GET /a", 0, 1, 7, Advice(reason="its hourly quota"))
    assert pace.delay("GET /b", 1) == (7, "its hourly quota")
    assert pace.delay("GET /b", 8) == (0, "")


def test_a_limit_of_one_endpoint_leaves_the_others_alone() -> None:
    pace = Pace(8)
    pace.refused("GET /a", 0, 1, 7, Advice(one_endpoint=True))
    assert pace.delay("GET /a", 2)[0] == 6
    assert pace.delay("GET /b", 2) == (0, "")


def test_near_a_limit_requests_are_spread_over_what_is_left_of_its_window() -> None:
    pace = Pace(8)
    pace.answered("GET /a", 0, 1, Advice(spare=0.1, refill=30, left=20))
    pace.begun(1)
    assert pace.delay("GET /a", 1)[0] == 1.5
    assert pace.at_once == 4
    pace.answered("GET /a", 2, 3, Advice(spare=0.9))
    pace.begun(3)
    assert pace.delay("GET /a", 3) == (0, "")


def test_answers_that_grow_slow_make_room() -> None:
    pace = Pace(8)
    now = after_answers(pace, 10, 0)
    pace.answered("GET /a", now, now + 5, Advice())
    assert pace.at_once == 6


@given(st.integers(1, 40), st.one_of(st.none(), st.floats(0, 3600)), st.floats(0, 1))
def test_a_pause_is_never_none_nor_shorter_than_asked(attempt: int, advised: float | None, chance: float) -> None:
    seconds = pause(attempt, advised, lambda: chance)
    assert 0.5 <= seconds <= 3600 + 60
    assert seconds >= (advised or 0)

"""What the site knows of its issues by arithmetic alone, whatever its size and however its projects take turns."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from pmohub.testing.jira.world.numbering import Numbering
from pmohub.testing.sandbox.timeline import Timeline

SIZES = st.integers(1, 3000)
CYCLES = st.lists(st.integers(0, 5), min_size=1, max_size=12).map(lambda turns: [*turns, *range(max(turns) + 1)])
DAYS = Timeline(date(2026, 1, 1), date(2026, 3, 1))


@given(SIZES, CYCLES)
def test_every_issue_has_a_place_in_its_project_and_is_found_there(size: int, cycle: list[int]) -> None:
    numbering = Numbering(size, cycle)
    places = [(numbering.project(number), numbering.place(number)) for number in range(size)]
    assert [numbering.number(*place) for place in places] == list(range(size))
    for project in set(cycle):
        taken = [place for where, place in places if where == project]
        assert taken == list(range(len(taken)))


@given(SIZES)
def test_every_issue_has_one_rank_among_the_last_changes(size: int) -> None:
    numbering = Numbering(size, [0])
    assert sorted(map(numbering.rank, range(size))) == list(range(size))
    assert [numbering.at_rank(numbering.rank(number)) for number in range(size)] == list(range(size))


@given(st.floats(0, 0.999), st.floats(0, 0.999), st.integers(1, 70))
def test_times_between_two_moments_are_in_order_and_on_weekdays(one: float, other: float, parts: int) -> None:
    first, last = sorted((DAYS.at(one), DAYS.at(other)))
    moments = DAYS.between(first, last, parts)
    assert moments == sorted(moments)
    assert (moments[0], moments[-1], len(moments)) == (first, last, parts + 1)
    assert all((moment // 86_400_000 + 3) % 7 < 5 for moment in moments)

"""The parts that decide what is asked for, by themselves."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.jira.client.data_center import wall_minute
from connectors.jira.client.rules import READING
from connectors.jira.config import JiraOptions
from connectors.jira.opening import for_people
from connectors.jira.pulling.cursor import MOST_SEEN, Place, Reading, printed
from connectors.jira.pulling.scope import scope_of, without_order
from connectors.jira.pulling.whereabouts import Whereabouts
from connectors.moments import newest

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia"]
MOMENTS = st.integers(946_684_800_000, 2_208_988_800_000)
KEYS = ("ENG", "LEG", "LEGAL")
PROJECTS: list[dict[str, Any]] = [{"id": str(10000 + place), "key": key} for place, key in enumerate(KEYS)]


@given(MOMENTS, st.sampled_from(ZONES), st.sampled_from([0, 1]))
def test_a_minute_on_the_wall_is_never_later_than_it_was_nor_much_earlier(at: int, zone: str, fold: int) -> None:
    text = wall_minute(at, ZoneInfo(zone))
    read = datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)
    assert 0 <= at - read.timestamp() * 1000 <= 2 * 3600 * 1000 + 60_000


def test_when_clocks_are_put_back_the_earlier_of_two_hours_is_meant() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    second_time = datetime(2026, 10, 25, 2, 30, tzinfo=berlin, fold=1)
    assert wall_minute(int(second_time.timestamp() * 1000), berlin) == "2026-10-25 02:30"
    first_time = datetime(2026, 10, 25, 2, 30, tzinfo=berlin, fold=0)
    assert wall_minute(int(first_time.timestamp() * 1000), berlin) == "2026-10-25 01:30"


def test_a_scope_names_projects_by_id_and_keeps_the_filter_together() -> None:
    scope = scope_of(PROJECTS, ["leg*"], "type = Bug OR type = Epic ORDER BY rank")
    assert scope.projects == {"10001": "LEG", "10002": "LEGAL"}
    assert scope.jql("updated >= 1") == (
        "project in (10001, 10002) AND (type = Bug OR type = Epic) AND updated >= 1 ORDER BY created ASC, key ASC"
    )
    assert "project" not in scope_of(PROJECTS, ["*"], None).jql("updated >= 1")


def test_links_lead_to_the_site_and_not_to_the_gateway() -> None:
    token = {"env": "X"}
    through = JiraOptions.model_validate({"url": "https://api.atlassian.com/ex/jira/1", "token": token})
    assert str(for_people(through, "https://example.atlassian.net").url) == "https://example.atlassian.net/"
    direct = JiraOptions.model_validate({"url": "https://jira.example.com/jira", "token": token})
    assert for_people(direct, "http://localhost:8080") is direct


@pytest.mark.parametrize("condition", ['summary ~ "order by phone"', r"summary ~ 'an \' order by'", "a = 1"])
def test_an_order_is_no_part_of_a_filter_and_what_stands_in_quotes_is_no_order(condition: str) -> None:
    assert without_order(f"{condition} Order  By rank") == condition


def test_a_reader_may_ask_for_nothing_that_changes_a_jira() -> None:
    assert {rule.method for rule in READING} == {"GET", "POST"}
    posts = {rule.path.removeprefix("/rest/api/3/") for rule in READING if rule.method == "POST" and "/3/" in rule.path}
    bulk = {"issue/bulkfetch", "changelog/bulkfetch", "worklog/list"}
    assert posts == {"search", "search/jql", "search/approximate-count", *bulk}


def test_a_place_is_read_as_it_was_written() -> None:
    place = Place("https://x", "abc", 5, {"1": "now"}, {"2": 7}, (3,), 9, {"10": "ENG"}, Reading(1, 2, 3, None))
    assert Place.read(place.cursor()) == place
    assert Place.read({"form": 0}) is None


def test_only_the_newest_of_what_was_seen_is_remembered() -> None:
    kept = newest({str(number): (number, "told") for number in range(MOST_SEEN + 10)}, MOST_SEEN)
    assert len(kept) == MOST_SEEN
    assert "9" not in kept


def test_moments_in_every_printed_form_are_the_same() -> None:
    forms = ("2017-09-19T16:07:27.697Z", "2017-09-19T16:07:27.697+0000", "2017-09-19T18:07:27.697+02:00", 1505837247697)
    assert {printed(form) for form in forms} == {1505837247697}
    assert printed("2017-09-19T16:07:27") is None


@given(st.lists(st.tuples(st.integers(1, 2**40), st.sampled_from(["10", "20", "30"])), max_size=60))
def test_whereabouts_know_what_they_were_told_last(told: list[tuple[int, str]]) -> None:
    where = Whereabouts(None, scope_of(PROJECTS, ["*"], None))  # type: ignore[arg-type]
    last: dict[int, str] = {}
    for issue, project in told:
        where.add(issue, project)
        last[issue] = project
    assert {issue: where.known(issue) for issue, _ in told} == last
    assert where.known(2**41) is None

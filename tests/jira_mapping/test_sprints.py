"""Sprints are read in both forms, whatever people typed into their goals."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.jira.mapping.sprints import read_sprint
from tests.jira_mapping.answers import issue, mapped, task

HEAD = "com.atlassian.greenhopper.service.sprint.Sprint@1a2b3c"
REST = "endDate=<null>,completeDate=<null>"
START, END = "2026-01-05T09:00:00.000+01:00", "2026-01-16T17:00:00.000+01:00"


def text_form(goal: str = "", name: str = "Sprint 7", state: str = "ACTIVE", number: int = 82) -> str:
    """Give a sprint as Data Center prints it, the goal before the dates."""
    return (
        f"{HEAD}[id={number},rapidViewId=52,state={state},name={name},goal={goal},startDate={START},endDate={END},"
        "completeDate=<null>,activatedDate=<null>,sequence=82]"
    )


GOALS = [
    "",
    "* first,\n* second",
    "a=b, c=d",
    "[x] done, [ ] not",
    "x,startDate=tomorrow,endDate=later",
    "x,state=CLOSED,name=Other,id=9",
    f"moved,startDate={END}",
    "]",
]


@pytest.mark.parametrize("goal", GOALS)
def test_a_goal_may_hold_anything(goal: str) -> None:
    sprint = read_sprint(text_form(goal))
    assert (sprint.id, sprint.name, sprint.state) == ("82", "Sprint 7", "active")
    assert sprint.start == datetime(2026, 1, 5, 8, tzinfo=UTC)
    assert sprint.end == datetime(2026, 1, 16, 16, tzinfo=UTC)


@given(st.text(max_size=40), st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20))
def test_any_goal_and_name_leave_id_state_and_dates_right(goal: str, name: str) -> None:
    sprint = read_sprint(text_form(goal, name))
    assert (sprint.id, sprint.state) == ("82", "active")
    assert sprint.start == datetime(2026, 1, 5, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw",
    [
        f"{HEAD}[id=1,rapidViewId=2,state=CLOSED,name=A, B,startDate=<null>,{REST},sequence=1]",
        f"{HEAD}[rapidViewId=2,state=CLOSED,name=A, B,startDate=<null>,{REST},id=1,goal=last, one]",
        f"{HEAD}[{REST},goal=name=x,id=1,name=A, B,rapidViewId=2,sequence=1,startDate=<null>,state=CLOSED]",
        {"id": 1, "name": "A, B", "state": "closed", "goal": "", "boardId": 2},
    ],
)
def test_parts_come_in_any_order_and_null_is_nothing(raw: Any) -> None:
    sprint = read_sprint(raw)
    assert (sprint.id, sprint.name, sprint.state, sprint.start) == ("1", "A, B", "closed", None)


def test_the_iteration_is_the_active_sprint_else_the_next_else_the_last() -> None:
    sprints = [
        {"id": 1, "name": "One", "state": "closed", "endDate": "2026-01-02T00:00:00Z"},
        {"id": 2, "name": "Two", "state": "active", "startDate": "2026-01-04T23:30:00Z"},
        {"id": 3, "name": "Three", "state": "future"},
    ]
    assert task(issue(customfield_10020=sprints)).iteration_name == "Two"
    assert task(issue(customfield_10020=sprints)).iteration_start == date(2026, 1, 5)
    assert task(issue(customfield_10020=[sprints[0], sprints[2]])).iteration_name == "Three"
    assert task(issue(customfield_10020=sprints[:1])).iteration_name == "One"
    assert task(issue(customfield_10020=None)).iteration_id is None


def test_a_bad_sprint_is_set_aside_alone() -> None:
    result = mapped(issue(summary="S", customfield_10020=["no sprint", text_form()]))
    (aside,) = result.quarantined
    (record,) = result.records
    assert (aside.external_id, aside.place) == (None, "issue 20005, sprint")
    assert (record.external_id, record.iteration_name) == ("20005", "Sprint 7")  # type: ignore[attr-defined]
    alone = mapped(issue(customfield_10020=["no sprint"])).records[0]
    assert "iteration_id" not in alone.model_fields_set


def test_nothing_in_a_list_of_sprints_is_no_bad_sprint() -> None:
    result = mapped(issue(customfield_10020=[None, text_form()]))
    assert not result.quarantined
    assert result.records[0].iteration_name == "Sprint 7"  # type: ignore[attr-defined]

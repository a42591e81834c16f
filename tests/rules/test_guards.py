"""Guards against noise: coverage, freshness, one cause one deviation, groups, layers, failing rules."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import TypeAlias

import orjson

from canonical.vocabulary import EntityKind
from rules.evaluation import EvaluationSettings
from rules.template_fields import Template
from tests.rules.house import HEAD, MONDAY, OVERDUE, House

Build: TypeAlias = Callable[..., House]

SPONSOR = HEAD + (
    '[rules.sponsor]\nentity = "project"\nclass = "completeness"\nseverity = "major"\n'
    'deviates_if = "!has(project.sponsor)"\nmessage = "{project.name}"\nremedy = "Ask."\nsource = "Us"\n'
)
ESTIMATE = HEAD + (
    '[rules.estimate]\nentity = "task"\nclass = "completeness"\nseverity = "major"\n'
    'deviates_if = "!has(task.original_estimate)"\nmessage = "{task.title}"\nremedy = "Do."\nsource = "Us"\n'
)
WHOLE: Mapping[str, Sequence[str]] = {"project": ["name", "sponsor"], "task": ["title", "due", "original_estimate"]}


def test_a_field_that_the_tool_does_not_carry_is_one_finding_for_its_admin(house: Build) -> None:
    home = house(SPONSOR)
    home.connector(provides={"project": ["name"]})
    for _ in range(20):
        home.plant("project", status="active")
    home.evaluate()
    (row,) = home.deviations()
    assert (row["rule_id"], row["subject_id"], row["discriminator"]) == (
        "field-not-supplied",
        "example",
        "project.sponsor",
    )
    assert {count["reason"] for count in home.rows("verdict_count")} == {"project.sponsor"}
    assert sum(count["unknown"] for count in home.rows("verdict_count")) == 20


LEAVE = HEAD + (
    '[rules.away]\nentity = "task"\nclass = "integrity"\nseverity = "minor"\nonly_with = "leave"\n'
    'when = "has(task.assignee)"\ndeviates_if = "task.assignee.leave.exists(l, l.first_day <= task.due)"\n'
    'message = "{task.title}"\nremedy = "Move."\nsource = "Us"\n'
)


def test_a_rule_about_leave_does_not_apply_where_no_tool_tells_of_it_nor_to_whom_that_tool_does_not_know(
    house: Build,
) -> None:
    home = house(LEAVE)
    home.connector(provides={"task": ["title", "due", "assignee"]})
    for person in ("known", "unknown"):
        home.plant("person", id=person)
        home.plant("task", id=f"t-{person}", due=date(2026, 4, 1), assignee_id=person)
    home.plant("source_person", id="a1", person_id="known", connector="planner")
    home.evaluate()
    assert [(row["passes"], row["not_applicable"]) for row in home.rows("verdict_count")] == [(0, 2)]
    home.connector("planner", provides={"leave": ["first_day", "last_day"]})
    home.evaluate()
    assert [(row["passes"], row["not_applicable"]) for row in home.rows("verdict_count")] == [(1, 1)]
    away = home.plant("leave", person_id="known", first_day=date(2026, 3, 30))
    home.evaluate({EntityKind.LEAVE: [away]})
    assert home.states() == {"t-known": "open"}


OVER = HEAD + (
    '[rules.over]\nentity = "person"\nclass = "performance"\nseverity = "major"\nneeds = []\n'
    'deviates_if = "weeks_over(person, 110) >= 2"\nmessage = "{person.name}"\nremedy = "Move."\nsource = "Us"\n'
)


def test_a_task_that_comes_makes_its_owner_over_booked_though_nothing_of_the_person_changed(house: Build) -> None:
    home = house(OVER)
    home.plant("person", id="p1", weekly_capacity=40 * 3600)
    home.plant("allocation", person_id="p1", weekly_effort=30 * 3600)
    home.evaluate()
    assert home.states() == {}
    work = {"status_category": "in_progress", "assignee_id": "p1", "due": date(2026, 3, 27)}
    task = home.plant("task", remaining_estimate=40 * 3600, **work)
    home.evaluate({EntityKind.TASK: [task]})
    assert home.states() == {"p1": "open"}
    home.plant("leave", person_id="p1", first_day=date(2026, 3, 30), last_day=date(2026, 4, 10))
    home.change("task", task, status_category="done")
    home.evaluate({EntityKind.TASK: [task]})
    assert home.states() == {"p1": "open"}, "booked while away"


def test_mapping_the_field_resolves_the_finding_and_judges_the_projects(house: Build) -> None:
    home = house(SPONSOR)
    home.connector(provides={"project": ["name"]})
    home.plant("project", id="p1", status="active")
    home.evaluate()
    home.provide("example", WHOLE)
    home.evaluate()
    reasons = {row["rule_id"]: (row["state"], row["close_reason"]) for row in home.deviations()}
    assert reasons == {"field-not-supplied": ("closed", "resolved"), "sponsor": ("open", None)}


def test_an_empty_field_that_is_mapped_is_the_finding(house: Build) -> None:
    home = house(SPONSOR)
    home.connector(provides=WHOLE)
    home.plant("project", id="p1", status="active")
    home.evaluate()
    assert home.states() == {"p1": "open"}


def test_a_task_field_that_hardly_a_task_carries_is_one_finding_for_the_project(house: Build) -> None:
    home = house(ESTIMATE)
    home.connector(provides=WHOLE)
    project = home.plant("project", id="p1", status="active", tasks=[{} for _ in range(12)])
    home.evaluate()
    (row,) = home.deviations()
    assert (row["rule_id"], row["subject_id"], row["project_id"]) == ("field-hardly-used", project, project)
    for _ in range(2):
        home.plant("task", project_id="p1", original_estimate=3600)
    home.evaluate()
    assert {row["rule_id"] for row in home.deviations() if row["state"] == "open"} == {"estimate"}


def test_a_small_project_is_judged_whatever_the_share(house: Build) -> None:
    home = house(ESTIMATE)
    home.connector(provides=WHOLE)
    home.plant("project", status="active", tasks=[{"id": "t1"}])
    home.evaluate()
    assert home.states() == {"t1": "open"}


def test_stale_data_opens_and_closes_nothing(house: Build) -> None:
    home = house()
    home.connector(provides=WHOLE, fresh_for=3600, last_success_at=MONDAY)
    home.plant("task", id="t1", status_category="todo", due=date(2026, 3, 9))
    home.evaluate()
    counts = home.rows("verdict_count")
    home.later(1)
    home.change("task", "t1", due=date(2026, 5, 1))
    home.plant("task", id="t2", status_category="todo", due=date(2026, 3, 9))
    home.evaluate()
    assert home.states() == {"t1": "open"}
    assert home.rows("verdict_count") == counts
    home.refresh("example")
    home.evaluate()
    assert home.states() == {"t1": "closed", "t2": "open"}


def test_what_can_no_longer_be_seen_keeps_its_verdict(house: Build) -> None:
    home = house()
    home.plant("task", id="t1", status_category="todo", due=date(2026, 3, 9))
    home.evaluate()
    home.change("task", "t1", lost_access_at=MONDAY, due=None)
    home.evaluate()
    (row,) = home.deviations()
    assert (row["state"], row["unverified"]) == ("open", False)


def test_a_project_that_can_no_longer_be_seen_keeps_its_verdicts_until_it_is_seen_again(house: Build) -> None:
    home = house(SPONSOR)
    home.connector(provides=WHOLE)
    for own in ("p1", "p2"):
        home.plant("project", id=own, status="active")
    home.evaluate()
    home.change("source_project", "sp1", lost_access_at=MONDAY)
    for own in ("p1", "p2"):
        home.change("project", own, sponsor_id="h1")
    home.evaluate()
    assert home.states() == {"p1": "open", "p2": "closed"}
    home.change("source_project", "sp1", lost_access_at=None)
    home.evaluate()
    assert home.states() == {"p1": "closed", "p2": "closed"}


def test_a_cause_keeps_its_consequence_silent(house: Build) -> None:
    home = house(
        OVERDUE
        + 'suppressed_by = ["inverted"]\n[rules.inverted]\nentity = "task"\nclass = "integrity"\nseverity = "major"\n'
        'deviates_if = "task.due < task.planned_start"\nmessage = "x"\nremedy = "y"\nsource = "z"\nneeds = []\n'
    )
    home.plant("task", id="t1", status_category="todo", due=date(2026, 3, 9), planned_start=date(2026, 3, 12))
    home.evaluate()
    assert [row["rule_id"] for row in home.deviations()] == ["inverted"]
    home.change("task", "t1", planned_start=date(2026, 3, 1))
    home.evaluate()
    assert {row["rule_id"]: row["state"] for row in home.deviations()} == {"inverted": "closed", "overdue": "open"}


GROUP = HEAD + (
    '[rules.gone]\nentity = "task"\nclass = "integrity"\nseverity = "major"\nneeds = []\n'
    "when = \"task.status_category == 'todo' && has(task.assignee)\"\n"
    'deviates_if = "!task.assignee.active"\ngroup_by = ["task.project", "task.assignee"]\n'
    'message = "{count} tasks of {task.project} belong to {task.assignee}."\nremedy = "Reassign."\nsource = "Us"\n'
)


def test_a_group_is_one_deviation_with_its_items_as_evidence(house: Build) -> None:
    home = house(GROUP)
    home.plant("person", id="jane", name="Jane", active="no")
    mine = {"status_category": "todo", "assignee_id": "jane"}
    home.plant("project", id="p1", name="Engine", status="active", tasks=[mine | {"id": f"t{n}"} for n in range(3)])
    home.evaluate()
    (row,) = home.deviations()
    assert (row["subject"], row["subject_id"], row["discriminator"]) == ("project", "p1", "jane")
    assert row["message"] == "3 tasks of Engine belong to Jane."
    assert [item["id"] for item in orjson.loads(row["evidence"])["items"]] == ["t0", "t1", "t2"]
    home.change("task", "t0", assignee_id=None)
    home.evaluate()
    assert home.deviations()[0]["message"] == "2 tasks of Engine belong to Jane."
    for number in (1, 2):
        home.change("task", f"t{number}", assignee_id=None)
    home.evaluate()
    assert home.deviations()[0]["close_reason"] == "resolved"


def test_a_department_and_a_project_with_their_own_figures(house: Build) -> None:
    home = house(
        OVERDUE + "[departments.engineering.rules.overdue]\nseverity = 'critical'\nparams.grace = { value = 1 }\n"
        "[projects.STRICT.rules.overdue]\nparams.grace = { value = 0 }\n"
    )
    home.department("engineering")
    due = {"status_category": "todo", "due": date(2026, 3, 13)}
    late = {"status_category": "todo", "due": date(2026, 3, 12)}
    home.plant("project", id="p1", status="active", tasks=[due | {"id": "t1"}, late | {"id": "t2"}])
    home.plant("project", id="p2", department="engineering", tasks=[due | {"id": "t3"}, late | {"id": "t4"}])
    home.plant("project", id="p3", key="STRICT", tasks=[due | {"id": "t5"}])
    home.evaluate()
    severities = {row["subject_id"]: row["severity"] for row in home.deviations()}
    assert severities == {"t4": "critical", "t5": "major"}


def test_today_is_the_department_s_own(house: Build) -> None:
    home = house(OVERDUE.replace("params.grace = { value = 2", "params.grace = { value = 0"))
    home.department("sydney", zone="Australia/Sydney")
    home.now = MONDAY + timedelta(hours=4)
    due = {"status_category": "todo", "due": date(2026, 3, 16)}
    home.plant("project", status="active", tasks=[due | {"id": "here"}])
    home.plant("project", status="active", department="sydney", tasks=[due | {"id": "there"}])
    home.evaluate()
    assert home.states() == {"there": "open"}


def test_template_fields_deviate_one_by_one(house: Build) -> None:
    home = house(
        HEAD + '[rules.template]\nentity = "project"\nclass = "completeness"\nseverity = "minor"\n'
        'generated = "template"\nmessage = "x"\nremedy = "y"\nsource = "z"\n'
    )
    declared = {
        "project": {"sponsor": {"owner": "team", "from": "planning"}, "pmo_id": {"owner": "hub"}},
        "task": {"pmo_phase": {"owner": "team", "values": ["Build", "Run"], "carrier": {"plan": "PMO-Phase"}}},
    }
    home.settings = EvaluationSettings(template=Template.model_validate(declared))
    project = home.plant("project", id="p1", name="Engine", status="active")
    home.plant(
        "task", id="t1", title="Paint", project_id=project, status_category="todo", fields={"pmo_phase": "biuld"}
    )
    home.plant("task", id="t2", project_id=project, status_category="todo", fields={"pmo_phase": " BUILD"})
    home.evaluate()
    told = {(row["subject_id"], row["discriminator"]): (row["severity"], row["message"]) for row in home.deviations()}
    assert told == {
        ("p1", "sponsor"): ("major", "Engine: sponsor is empty."),
        ("t1", "pmo_phase"): ("minor", "Paint: PMO-Phase is 'biuld'; allowed: Build, Run."),
    }
    home.settings = EvaluationSettings()
    home.evaluate()
    assert {row["close_reason"] for row in home.deviations()} == {"no_longer_required"}


def test_days_are_kept_as_they_were_seen(house: Build) -> None:
    home = house()
    home.plant("project", id="p1", status="active", tasks=[{"status_category": "todo", "due": date(2026, 3, 9)}])
    home.evaluate()
    home.change("project", "p1", health="red")
    home.later(1)
    home.evaluate()
    assert [(row["day"], row["health"], row["open_deviations"]) for row in home.rows("project_day")] == [
        (date(2026, 3, 16), None, 1),
        (date(2026, 3, 17), "red", 1),
    ]
    assert [(row["day"], row["deviates"], row["open"]) for row in home.rows("compliance_day")] == [
        (date(2026, 3, 16), 1, 1),
        (date(2026, 3, 17), 1, 1),
    ]


def test_an_incremental_evaluation_sees_a_new_rule_everywhere(house: Build) -> None:
    home = house()
    home.plant("task", id="t1", status_category="todo", due=date(2026, 3, 9))
    home.evaluate()
    home.standards = house(OVERDUE + ESTIMATE.removeprefix(HEAD)).standards
    home.evaluate({EntityKind.TASK: []})
    assert {row["rule_id"] for row in home.deviations()} == {"overdue", "estimate"}

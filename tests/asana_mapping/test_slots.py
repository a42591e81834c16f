"""Template fields may live in what every task or project has, such as its assignee: no custom field is needed."""

from datetime import date
from typing import Any

from canonical.records import Record
from canonical.vocabulary import EntityKind, FieldType
from connectors.asana.mapping.catalogue import Catalogue
from connectors.asana.mapping.plan import Plan, compile_plan
from connectors.asana.mapping.projects import to_project
from connectors.asana.mapping.tasks import TaskMapper
from connectors.mapping.making import Mapped
from tests.asana_mapping.answers import ADA, FIELDS, P1, P2, context, membership, options, task, value

ON_TASKS = {"lead": "Assignee", "until": "due_on", "step": "section", "about": "notes", "risk": "Risk"}
ON_PROJECTS = {"lead": "owner", "state": "status update", "until": "due_on"}


def compiled() -> Plan:
    """Compile a plan with carriers that are no custom fields, and one that is."""
    said = context({EntityKind.TASK: ON_TASKS, EntityKind.PROJECT: ON_PROJECTS}, until=FieldType.DATE)
    return compile_plan(options(), said, Catalogue(FIELDS))


def of_task(**more: Any) -> Any:
    """Give what carriers of a task hold."""
    to = Mapped()
    TaskMapper(compiled()).add(task(**more), P1, to)
    assert to.quarantined == []
    (made,) = to.records
    return made.fields  # type: ignore[union-attr]


def test_what_every_task_has_can_carry_a_template_field() -> None:
    inside = [membership(P2, "Later"), membership(P1, "Doing")]
    held = of_task(assignee=ADA, due_on="2026-02-13", notes="Call.", memberships=inside)
    assert {name: held[name] for name in ("lead", "until", "step", "about")} == {
        "lead": "Ada Byron",
        "until": date(2026, 2, 13),
        "step": "Doing",
        "about": "Call.",
    }


def test_what_was_not_answered_is_not_known() -> None:
    assert "about" not in of_task()
    assert of_task(assignee=None)["lead"] is None


def test_a_project_carries_by_its_owner_and_its_status_update() -> None:
    raw = {"gid": P1, "owner": ADA, "current_status_update": {"gid": "5", "status_type": "at_risk"}}
    made = to_project(raw, compiled(), "1")
    assert isinstance(made, Record)
    assert made.fields == {"lead": "Ada Byron", "state": "amber"}  # type: ignore[attr-defined]
    onhold = to_project({"gid": P1, "current_status_update": {"gid": "5", "status_type": "on_hold"}}, compiled(), "1")
    assert onhold.fields == {"state": "on_hold"}  # type: ignore[union-attr]


def test_it_is_asked_for_and_no_custom_field_is_missed() -> None:
    plan = compiled()
    assert {"notes", "assignee.name", "due_on"} <= {*plan.ask.task}
    assert plan.problems == ()


def carried(add_fields: bool, **more: Any) -> Any:
    """Give what a carrier and a field of the admin's own hold in a task that has neither."""
    said = context({EntityKind.TASK: {"risk": "Risk"}, EntityKind.PROJECT: {"size": "Size"}})
    plan = compile_plan(options(add_fields=add_fields, fields={"mine": "Stage"}), said, Catalogue(FIELDS))
    to = Mapped()
    TaskMapper(plan).add(task(custom_fields=[], **more), P1, to)
    (made,) = to.records
    return {name: made.fields[name] for name in ("risk", "mine") if name in made.fields}  # type: ignore[union-attr]


def test_a_carrier_is_empty_only_where_it_can_be_filled() -> None:
    inside = {"memberships": [membership(P1, "Doing")]}
    assert carried(False, **inside) == {"mine": None}
    assert carried(True, **inside) == {"mine": None, "risk": None}
    assert carried(True, memberships=[], parent={"gid": "9"}) == {"mine": None}


def test_a_project_without_the_field_says_nothing_of_it() -> None:
    said = context({EntityKind.PROJECT: {"size": "Size"}})
    plan = compile_plan(options(add_fields=True), said, Catalogue(FIELDS))
    lacking = to_project({"gid": P1, "custom_fields": []}, plan, "1")
    having = to_project({"gid": P1, "custom_fields": [value("117", number_value=None)]}, plan, "1")
    assert (lacking.fields, having.fields) == ({}, {"size": None})  # type: ignore[union-attr]

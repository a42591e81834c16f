"""What the template wants, read from real syncs: gates, modes, what is live, and ids that are assigned once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select

from canonical.database import reading, writing
from canonical.resolution import ConnectorDepartments, DepartmentSettings, ResolutionSettings, resolve
from canonical.schema.entities import project
from canonical.schema.writing import assigned_value
from canonical.store import acquire, release
from canonical.values import decode
from canonical.vocabulary import EntityKind, PmoMode
from pmohub.testing.memory import MemoryTool, reader_of
from rules.assignment import assign_once
from rules.expressions import Catalogue, Environment
from rules.template import wanted_values
from rules.template_fields import Template
from rules.wanted import Wanted
from sync.runs import ConnectorSetup, Worker, sync_connector
from tests.writeback.conftest import TTL

NOW = datetime(2026, 3, 16, 9, tzinfo=UTC)
CARRIERS = {
    EntityKind.PROJECT: {"pmo_id": "PMO id", "tier_note": "Tier", "phase": "PMO phase", "budget": "Money"},
    EntityKind.TASK: {"pmo_phase": "Phase"},
}
PMO_ID = {
    "owner": "hub",
    "assign": "once",
    "value": "'PMO-' + project.department.upperAscii() + '-' + project.key",
    "carrier": {"memory": "PMO id"},
}
PHASE = {
    "owner": "team",
    "from": "planning",
    "values": ["initiation", "planning", "execution"],
    "default": "planning",
    "carrier": {"memory": "Phase"},
}


@dataclass
class Hub:
    engine: Engine
    tool: MemoryTool
    mode: PmoMode = PmoMode.CONTROLLING

    def sync(self) -> None:
        reader = reader_of(self.tool, carriers=CARRIERS)
        setup = ConnectorSetup("memory", "memory", "engineering", lambda: reader)
        report = sync_connector(self.engine, setup, Worker("test", lambda: NOW))
        assert not report.problems
        lease = acquire(self.engine, "hub", "test", TTL)
        assert lease is not None
        departments = (DepartmentSettings(id="engineering", name="Engineering", mode=self.mode),)
        settings = ResolutionSettings(
            departments=departments, connectors={"memory": ConnectorDepartments(default="engineering")}
        )
        resolve(self.engine, lease, settings, "run", NOW)
        release(self.engine, lease)

    def assign(self, template: Template) -> int:
        with writing(self.engine) as connection:
            return assign_once(connection, template, Catalogue(), Environment(NOW), now=NOW)

    def wanted(self, template: Template) -> list[Wanted]:
        with reading(self.engine) as connection:
            return list(wanted_values(connection, template, Catalogue(), Environment(NOW)))

    def assigned(self) -> set[Any]:
        with reading(self.engine) as connection:
            return {decode(value) for value in connection.scalars(select(assigned_value.c.value))}

    def pmo_ids(self) -> list[Any]:
        with reading(self.engine) as connection:
            return list(connection.scalars(select(project.c.pmo_id)))


@pytest.fixture
def hub(engine: Engine) -> Hub:
    tool = MemoryTool()
    tool.put(EntityKind.PROJECT, "1", name="Payments", key="PAY", status="active", phase="execution")
    return Hub(engine, tool)


def template(entity: str, name: str, field: Mapping[str, Any]) -> Template:
    return Template.model_validate({entity: {name: field}})


def test_a_pmo_id_is_assigned_once_and_wanted_where_it_is_carried(hub: Hub) -> None:
    hub.sync()
    assert hub.assign(template("project", "pmo_id", PMO_ID)) == 1
    (wanted,) = hub.wanted(template("project", "pmo_id", PMO_ID))
    assert (wanted.current, wanted.value, wanted.carrier) == (None, "PMO-ENGINEERING-PAY", "PMO id")


def test_an_assigned_id_stays_when_the_key_changes(hub: Hub) -> None:
    hub.sync()
    hub.assign(template("project", "pmo_id", PMO_ID))
    hub.tool.put(EntityKind.PROJECT, "1", key="NEW")
    hub.sync()
    assert hub.assign(template("project", "pmo_id", PMO_ID)) == 0
    assert hub.assigned() == {"PMO-ENGINEERING-PAY"}


def test_an_id_that_a_tool_already_carries_is_taken_over(hub: Hub) -> None:
    hub.tool.put(EntityKind.PROJECT, "1", **{"PMO id": "PMO-77"})
    hub.sync()
    hub.assign(template("project", "pmo_id", PMO_ID))
    assert hub.assigned() == {"PMO-77"}


def test_two_projects_with_one_key_get_different_ids(hub: Hub) -> None:
    hub.tool.put(EntityKind.PROJECT, "2", name="Payments again", key="PAY", status="active")
    hub.sync()
    hub.assign(template("project", "pmo_id", PMO_ID))
    assert hub.assigned() == {"PMO-ENGINEERING-PAY", "PMO-ENGINEERING-PAY-2"}


def test_an_id_without_its_inputs_is_not_assigned(hub: Hub) -> None:
    hub.tool.put(EntityKind.PROJECT, "2", name="No key", status="active")
    hub.sync()
    assert hub.assign(template("project", "pmo_id", PMO_ID)) == 1


@pytest.mark.parametrize(
    "change", [{"status": "completed"}, {"archived": True}, {"phase": "closing"}, {"status": "on_hold"}]
)
def test_nothing_is_wanted_where_work_has_ended_or_rests(hub: Hub, change: dict[str, Any]) -> None:
    hub.tool.put(EntityKind.PROJECT, "1", **change)
    hub.sync()
    hub.assign(template("project", "pmo_id", PMO_ID))
    assert hub.wanted(template("project", "pmo_id", PMO_ID)) == []


def test_nothing_is_wanted_of_a_task_that_has_ended(hub: Hub) -> None:
    for number, ends in enumerate(("todo", "done", "cancelled"), 7):
        hub.tool.put(EntityKind.TASK, str(number), title="Contract", project="id:1", status_category=ends)
    hub.sync()
    assert [one.external_id for one in hub.wanted(template("task", "pmo_phase", PHASE))] == ["7"]


@pytest.mark.parametrize(("name", "value"), [("phase", "execution"), ("budget", "planning")])
def test_a_template_field_may_be_named_like_a_field_of_a_project(hub: Hub, name: str, value: str) -> None:
    hub.tool.put(EntityKind.PROJECT, "1", **{"PMO phase": None, "Money": None})
    hub.sync()
    carrier = {"memory": CARRIERS[EntityKind.PROJECT][name]}
    wanted = hub.wanted(template("project", name, {"owner": "team", "default": "planning", "carrier": carrier}))
    assert [one.value for one in wanted] == [value]


def test_a_default_is_wanted_from_its_gate_on(hub: Hub) -> None:
    hub.tool.put(EntityKind.TASK, "7", title="Contract", project="id:1")
    hub.sync()
    assert [one.value for one in hub.wanted(template("task", "pmo_phase", PHASE))] == ["planning"]
    hub.tool.put(EntityKind.PROJECT, "1", phase="initiation")
    hub.sync()
    assert hub.wanted(template("task", "pmo_phase", PHASE)) == []


@pytest.mark.parametrize(
    ("mode", "value"),
    [(PmoMode.CONTROLLING, "Planning "), (PmoMode.DIRECTIVE, "planning")],
    ids=["controlling", "directive"],
)
def test_a_teams_spelling_is_tidied_under_directive_only(hub: Hub, mode: PmoMode, value: str) -> None:
    hub.mode = mode
    hub.tool.put(EntityKind.TASK, "7", title="Contract", project="id:1", Phase="Planning ")
    hub.sync()
    assert [one.value for one in hub.wanted(template("task", "pmo_phase", PHASE))] == [value]


def test_a_field_that_the_tool_did_not_supply_is_not_taken_for_empty(hub: Hub) -> None:
    hub.sync()
    other = template("project", "sponsor_note", {**PMO_ID, "assign": "always", "value": "project.key"})
    assert hub.wanted(other) == []


def test_a_computed_number_is_wanted_as_a_number(hub: Hub) -> None:
    hub.tool.put(EntityKind.TASK, "7", title="Contract", project="id:1")
    hub.sync()
    field = {"owner": "hub", "value": "size(project.tasks)", "carrier": {"memory": "Tier"}}
    assert [one.value for one in hub.wanted(template("project", "tier_note", field))] == [1]


@pytest.mark.parametrize(("held", "wanted"), [("Execution", "Execution"), ("Planning", "execution")])
def test_a_computed_word_stays_as_the_tool_spells_it(hub: Hub, held: str, wanted: str) -> None:
    hub.tool.put(EntityKind.TASK, "7", title="Contract", project="id:1", Phase=held)
    hub.sync()
    field = {"owner": "hub", "value": "task.project.phase", "carrier": {"memory": "Phase"}}
    assert [one.value for one in hub.wanted(template("task", "pmo_phase", field))] == [wanted]


def test_the_projects_own_row_carries_its_id_before_any_tool_does_and_keeps_it(hub: Hub) -> None:
    hub.sync()
    hub.assign(template("project", "pmo_id", PMO_ID))
    assert hub.pmo_ids() == ["PMO-ENGINEERING-PAY"]
    hub.tool.put(EntityKind.PROJECT, "1", name="Payments renamed")
    hub.sync()
    assert hub.pmo_ids() == ["PMO-ENGINEERING-PAY"]


def test_an_id_that_one_project_carries_is_not_computed_for_another(hub: Hub) -> None:
    hub.tool.put(
        EntityKind.PROJECT, "2", name="A copy", key="COPY", status="active", **{"PMO id": "PMO-ENGINEERING-PAY"}
    )
    hub.sync()
    hub.assign(template("project", "pmo_id", PMO_ID))
    assert hub.assigned() == {"PMO-ENGINEERING-PAY", "PMO-ENGINEERING-PAY-2"}

"""When source projects are one project, what the PMO then sees of it, and how that is undone."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import Engine

from canonical.identities import PROJECTS, undo
from canonical.problems import ProblemError
from canonical.records import StatusUpdate
from canonical.resolution import ConnectorDepartments, DepartmentSettings, ResolutionSettings
from canonical.schema.entities import field_value, project, source_project, status_update
from canonical.vocabulary import EntityKind, ProjectStatus
from tests.identity.world import NOW, World, a_person, a_project, a_task

ONE = {"actor": "pmo", "reason": "seen both", "now": NOW}


def one_project(world: World, *sources: tuple[str, str]) -> bool:
    return len({world.project_of(*source)["id"] for source in sources}) == 1


def test_a_register_row_that_names_the_jira_key_is_that_project(world: World) -> None:
    world.give("register", a_project("r1", name="Website", same_as="key:WEB", budget=Decimal(1000), currency="EUR"))
    world.resolve()
    world.give("jira", a_project("10", key="WEB", name="Web"), a_task("1", project="id:10")).resolve()
    assert one_project(world, ("register", "r1"), ("jira", "10"))
    (seen,) = world.projects()
    assert (seen["name"], seen["key"], seen["budget"], seen["currency"]) == ("Website", "WEB", Decimal(1000), "EUR")
    assert world.task("jira", "1")["project_id"] == seen["id"]


def test_a_project_that_only_has_an_address_is_led_to_by_that(world: World) -> None:
    home = "https://app.asana.com/1/12/project/20"
    world.give("asana", a_project("20", name="Web", url=home)).resolve()
    assert [(row["key"], row["url"]) for row in world.projects()] == [(None, home)]
    world.give("register", a_project("r1", key="R-1", same_as=f"url:{home}")).resolve()
    assert [(row["key"], row["url"]) for row in world.projects()] == [("R-1", home)]
    world.give("register", a_project("r1", key="R-1", url="https://r.example/1", same_as=f"url:{home}")).resolve()
    assert [(row["key"], row["url"]) for row in world.projects()] == [("R-1", "https://r.example/1")]


def test_the_older_id_is_kept_and_the_other_row_points_to_it(world: World) -> None:
    world.give("jira", a_project("10", key="WEB")).resolve()
    older = world.project_of("jira", "10")["id"]
    world.give("register", a_project("r1", same_as="key:WEB")).resolve()
    assert [row["merged_into"] for row in world.rows(project) if row["id"] != older] == [older]
    assert world.project_of("register", "r1")["id"] == older


def test_taking_the_other_key_out_of_the_register_parts_the_projects(world: World) -> None:
    world.give("jira", a_project("10", key="WEB"), StatusUpdate(external_id="u", project="key:WEB", at=NOW))
    world.give("register", a_project("r1", same_as="key:WEB"), a_task("t", project="id:r1")).resolve()
    world.give("register", a_project("r1", same_as=None)).resolve()
    assert not one_project(world, ("register", "r1"), ("jira", "10"))
    assert world.task("register", "t")["project_id"] == world.project_of("register", "r1")["id"]
    assert world.row(status_update, "jira", "u")["project_id"] == world.project_of("jira", "10")["id"]
    assert all(row["merged_into"] is None for row in world.rows(project))


def test_an_equal_pmo_id_in_two_tools_is_one_project(world: World) -> None:
    world.give("jira", a_project("10", fields={"pmo_id": "PMO-7"}))
    world.give("asana", a_project("20", fields={"pmo_id": "PMO-7"})).resolve()
    assert one_project(world, ("jira", "10"), ("asana", "20"))
    assert world.projects()[0]["pmo_id"] == "PMO-7"


def test_a_copied_project_with_its_pmo_id_links_nothing_and_is_proposed(world: World) -> None:
    copies = (a_project("10", fields={"pmo_id": "PMO-7"}), a_project("11", fields={"pmo_id": "PMO-7"}))
    world.give("jira", *copies).give("asana", a_project("20", fields={"pmo_id": "PMO-7"})).resolve()
    assert len(world.projects()) == 3
    assert {each.basis for each in PROJECTS.proposals(world.engine)} == {"pmo_id"}


def test_two_register_rows_with_one_jira_key_are_left_apart(world: World) -> None:
    world.give("register", a_project("r1", same_as="key:WEB"), a_project("r2", same_as="key:WEB"))
    world.give("jira", a_project("10", key="WEB")).resolve()
    assert len(world.projects()) == 3
    assert len(PROJECTS.proposals(world.engine)) == 2


@pytest.mark.parametrize("placeholder", ["tbd", "-", "N/A"])
def test_a_placeholder_is_no_pmo_id(world: World, placeholder: str) -> None:
    world.give("jira", a_project("10", fields={"pmo_id": placeholder}))
    world.give("asana", a_project("20", fields={"pmo_id": placeholder})).resolve()
    assert len(world.projects()) == 2
    assert PROJECTS.proposals(world.engine) == []


def test_equal_names_only_propose(world: World) -> None:
    world.give("jira", a_project("10", name="Website")).give("asana", a_project("20", name="WEBSITE ")).resolve()
    assert len(world.projects()) == 2
    (proposed,) = PROJECTS.proposals(world.engine)
    assert (proposed.basis, proposed.state) == ("name", "proposed")


@pytest.mark.parametrize("file", ["T-01 Netzumbau Süd", "T-01_Netzumbau Süd", "Netzumbau Süd!", "t-01 - netzumbau süd"])
def test_a_workbook_named_after_key_and_name_is_proposed(world: World, file: str) -> None:
    world.give("register", a_project("1", key="T-01", name="Netzumbau Süd"))
    world.give("plans", a_project("2", name=file)).resolve()
    assert [each.basis for each in PROJECTS.proposals(world.engine)] == ["name"]


def test_the_key_alone_proposes_nothing(world: World) -> None:
    world.give("register", a_project("1", key="T-01", name="Netzumbau Süd"))
    world.give("plans", a_project("2", name="T-01 Leitstand")).resolve()
    assert PROJECTS.proposals(world.engine) == []


def test_a_person_accepts_a_proposal_and_takes_it_back(world: World) -> None:
    world.give("jira", a_project("10", name="Website")).give("asana", a_project("20", name="Website")).resolve()
    (proposed,) = PROJECTS.proposals(world.engine)
    link_id = PROJECTS.join(world.engine, proposed.one, proposed.other, **ONE)
    world.resolve()
    assert len(world.projects()) == 1
    assert [each.actor for each in PROJECTS.joined(world.engine)] == ["pmo"]
    undo(world.engine, link_id, actor="pmo", now=NOW)
    world.resolve()
    assert len(world.projects()) == 2
    assert len(PROJECTS.proposals(world.engine)) == 1


def test_a_refused_link_is_not_made_again(world: World) -> None:
    world.give("jira", a_project("10", key="WEB")).give("register", a_project("r1", same_as="key:WEB")).resolve()
    (made,) = PROJECTS.joined(world.engine)
    undo(world.engine, made.id, actor="pmo", now=NOW)
    world.resolve()
    world.give("register", a_project("r1", same_as="key:WEB", name="x")).resolve()
    assert len(world.projects()) == 2
    (refused,) = PROJECTS.refused(world.engine)
    undo(world.engine, refused.id, actor="pmo", now=NOW)
    world.resolve()
    assert len(world.projects()) == 1


def test_a_source_split_off_stands_alone_and_the_others_stay_one(world: World) -> None:
    number = {"pmo_id": "PMO-7"}
    for connector in ("jira", "asana", "register"):
        world.give(connector, a_project("1", fields=number))
    world.resolve()
    assert len(world.projects()) == 1
    PROJECTS.split(world.engine, PROJECTS.find(world.engine, "asana:1"), **ONE)
    world.resolve()
    assert one_project(world, ("jira", "1"), ("register", "1"))
    assert not one_project(world, ("jira", "1"), ("asana", "1"))


def test_the_configuration_links_by_key(engine: Engine) -> None:
    world = World(engine, ResolutionSettings(projects=(("jira:WEB", "register:P-9"),)))
    world.give("jira", a_project("10", key="WEB")).give("register", a_project("r1", key="P-9")).resolve()
    assert one_project(world, ("register", "r1"), ("jira", "10"))
    world.settings = ResolutionSettings()
    world.resolve()
    assert len(world.projects()) == 2


def test_each_field_comes_from_the_leading_source_that_has_one(engine: Engine) -> None:
    precedence = {"budget": ("register",), "planned_finish": ("jira", "register")}
    world = World(engine, ResolutionSettings(precedence=precedence))
    world.give("asana", a_project("20", budget=Decimal(5), currency="USD", name="Old", same_as="key:WEB"))
    world.give("jira", a_project("10", key="WEB", planned_finish=None, name="Web"))
    finish = date(2026, 6, 30)
    world.give(
        "register", a_project("r1", same_as="key:WEB", budget=Decimal(9), currency="EUR", planned_finish=finish)
    ).resolve()
    (seen,) = world.projects()
    assert (seen["name"], seen["budget"], seen["currency"], seen["planned_finish"]) == (
        "Old",
        Decimal(9),
        "EUR",
        finish,
    )
    assert len(world.rows(source_project)) == 3


def test_a_source_that_is_gone_no_longer_speaks_for_the_project(world: World) -> None:
    world.give("jira", a_project("10", key="WEB", status=ProjectStatus.ACTIVE))
    world.give("register", a_project("r1", same_as="key:WEB", status=ProjectStatus.ON_HOLD)).resolve()
    assert world.projects()[0]["status"] == "active"
    world.give("jira", deleted=[(EntityKind.PROJECT, "10")]).resolve()
    assert world.projects()[0]["status"] == "on_hold"
    world.give("register", deleted=[(EntityKind.PROJECT, "r1")]).resolve()
    assert world.projects() == []


def test_the_manager_of_the_merged_row_is_the_person(world: World) -> None:
    world.give("jira", a_person("a", name="Jane", email="jane@example.com"), a_project("10", key="W", manager="id:a"))
    world.give("register", a_project("r1", same_as="key:W", manager="email:JANE@example.com")).resolve()
    assert world.projects()[0]["manager_id"] == world.person_of("jira", "a")["id"]


@pytest.mark.parametrize(
    ("values", "department"),
    [
        ({"key": "ENG"}, "engineering"),
        ({"key": "LEG-1"}, "legal"),
        ({"key": "X", "fields": {"category": "Legal"}}, "legal"),
        ({"key": "LEG-1", "department": "marketing DEPARTMENT"}, "marketing"),
        ({"key": "ENG", "department": "No such"}, "engineering"),
    ],
)
def test_the_department_is_the_explicit_one_then_by_field_then_the_default(
    engine: Engine, values: dict[str, object], department: str
) -> None:
    known = tuple(
        DepartmentSettings(id=each, name=f"{each.capitalize()} Department")
        for each in ("engineering", "legal", "marketing")
    )
    by = {"key": {"LEG*": "legal"}, "category": {"Legal": "legal"}}
    connectors = {"jira": ConnectorDepartments(default="engineering", by=by)}
    world = World(engine, ResolutionSettings(departments=known, connectors=connectors))
    world.give("jira", a_project("10", **values)).resolve()
    assert world.projects()[0]["department_id"] == department


def test_a_name_that_two_projects_bear_is_not_decided_on(world: World) -> None:
    world.give("jira", a_project("10", name="Website"), a_project("11", name="Website")).resolve()
    with pytest.raises(ProblemError, match="names more than one project: jira:10, jira:11"):
        PROJECTS.find(world.engine, "Website")
    assert PROJECTS.find(world.engine, "jira:11").external_id == "11"


def custom(world: World, source: tuple[str, str]) -> dict[str, object]:
    mine = world.project_of(*source)["id"]
    held = [row for row in world.rows(field_value) if row["entity_id"] == mine]
    return {row["name"]: row["number"] or row["date"] or row["text"] for row in held}


def test_mapped_fields_of_one_project_are_merged_by_precedence(engine: Engine) -> None:
    world = World(engine, ResolutionSettings(precedence={"risk": ("register",)}))
    world.give("jira", a_project("10", key="WEB", fields={"risk": "low", "charter": "link", "weight": 3}))
    world.give("register", a_project("r1", same_as="key:WEB", fields={"risk": "high"})).resolve()
    assert custom(world, ("jira", "10")) == {"risk": "high", "charter": "link", "weight": Decimal(3)}
    world.give("register", a_project("r1", same_as="key:WEB", fields={"risk": None})).resolve()
    assert custom(world, ("jira", "10"))["risk"] == "low"


def test_a_project_that_ran_before_the_hub_came_has_been_active_since_its_start(world: World) -> None:
    start = date(2026, 1, 5)
    world.give("jira", a_project("1", status=ProjectStatus.ACTIVE, planned_start=start))
    world.give("jira", a_project("2", status=ProjectStatus.PLANNED, planned_start=start)).resolve()
    since = [world.project_of("jira", each)["status_since"].date() for each in ("1", "2")]
    assert since == [start, NOW.date()]

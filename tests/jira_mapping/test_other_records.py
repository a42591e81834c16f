"""Links, worklogs, users and projects become records."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from canonical.intake import Quarantined
from canonical.vocabulary import Activity, DependencyType, EntityKind
from connectors.jira.mapping.carriers import ProjectSources, compile_carriers
from connectors.jira.mapping.catalogue import Catalogue
from connectors.jira.mapping.links import add_links
from connectors.jira.mapping.people import to_person
from connectors.jira.mapping.projects import to_project
from connectors.jira.mapping.worklogs import to_time_entry
from connectors.mapping.making import Mapped
from tests.jira_mapping.answers import FIELDS, context, issue, options, plan


def links(raw: Any, seen: set[str] | None = None, **more: Any) -> Any:
    """Give the dependencies of an issue."""
    result = Mapped()
    add_links(raw, plan(**more), set() if seen is None else seen, result)
    assert result.quarantined == []
    return result.records


def link(kind: str, **end: str) -> dict[str, Any]:
    """Give a link as one of its ends shows it."""
    (name, other), *_ = end.items()
    return {"id": "77", "type": {"name": kind, "inward": "x", "outward": "y"}, name: {"id": other, "key": "ENG-2"}}


BLOCKS = issue(1, issuelinks=[link("Blocks", outwardIssue="20002")])
BLOCKED = issue(2, issuelinks=[link("Blocks", inwardIssue="20001")])


def test_a_link_is_the_same_dependency_from_either_end_and_given_once() -> None:
    (one,), (other,) = links(BLOCKS), links(BLOCKED)
    assert one == other
    assert (one.external_id, one.predecessor, one.successor) == ("77", "id:20001", "id:20002")
    assert one.type is DependencyType.FINISH_TO_START
    seen: set[str] = set()
    assert [len(links(raw, seen)) for raw in (BLOCKS, BLOCKED)] == [1, 0]


def test_type_and_direction_of_a_link_are_the_admins() -> None:
    raw = issue(1, issuelinks=[link("Gantt", outwardIssue="20002"), link("Relates", outwardIssue="20003")])
    (found,) = links(raw, links={"gantt": {"type": "SS", "reversed": True}})
    assert (found.predecessor, found.successor, found.type) == ("id:20002", "id:20001", DependencyType.START_TO_START)


def worklog(**more: Any) -> dict[str, Any]:
    """Give a worklog."""
    whole = {"id": "501", "issueId": "20005", "timeSpentSeconds": 5400, "started": "2026-02-01T05:30:00.000+0100"}
    return {**whole, "author": {"accountId": "5b"}, "created": 1769900000000, "updated": 1769900000000, **more}


def test_a_worklog_is_a_time_entry() -> None:
    document = {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "did it"}]}]}
    found: Any = to_time_entry(worklog(comment=document), "10000")
    assert (found.task, found.project, found.person, found.scope) == ("id:20005", "id:10000", "id:5b", "10000")
    assert (found.duration, found.note) == (5400, "did it")
    assert found.started_at == datetime(2026, 2, 1, 4, 30, tzinfo=UTC)


def test_the_work_date_is_the_authors_day() -> None:
    abroad: Any = to_time_entry(worklog(author={"accountId": "5b", "timeZone": "America/New_York"}), "10000")
    hidden: Any = to_time_entry(worklog(), "10000")
    assert (abroad.work_date, hidden.work_date) == (date(2026, 1, 31), date(2026, 2, 1))


@pytest.mark.parametrize("wrong", [{"timeSpentSeconds": -60}, {"timeSpentSeconds": None}, {"started": "yesterday"}])
def test_a_worklog_without_day_or_duration_is_set_aside(wrong: dict[str, Any]) -> None:
    found: Any = to_time_entry(worklog(**wrong), "10000")
    assert isinstance(found, Quarantined)
    assert (found.external_id, found.place, found.scope) == ("501", "worklog 501", "10000")


def test_a_user_without_e_mail_is_a_person() -> None:
    hidden: Any = to_person({"accountId": "5b", "displayName": "Ada", "active": True, "accountType": "atlassian"})
    assert (hidden.external_id, hidden.name, hidden.email, hidden.active) == ("5b", "Ada", None, Activity.YES)
    assert "email" not in hidden.model_fields_set


def test_a_bot_is_marked_and_an_old_servers_user_is_known_by_key() -> None:
    bot: Any = to_person({"accountId": "9", "displayName": "Bot", "active": False, "accountType": "app"})
    old: Any = to_person({"key": "JIRAUSER1", "name": "ada", "emailAddress": "ada@example.com"})
    assert (bot.fields, bot.active) == ({"account_kind": "app"}, Activity.NO)
    assert (old.external_id, old.key, old.email, old.active) == (
        "JIRAUSER1",
        "ada",
        "ada@example.com",
        Activity.UNKNOWN,
    )


PROJECT = {
    "id": "10000",
    "key": "ENG",
    "name": "Engine",
    "lead": {"accountId": "5b"},
    "projectCategory": {"name": "Legal"},
    "projectTypeKey": "software",
}


NOTHING = ProjectSources()


def project(raw: Any, sources: ProjectSources = NOTHING, **fields: str) -> Any:
    """Map a project with these carriers."""
    made = compile_carriers(options(project_fields=fields), context(), Catalogue(FIELDS))
    assert made.problems == []
    return to_project(raw, options(), made, sources)


def test_a_project_has_its_lead_category_and_link() -> None:
    found = project(PROJECT)
    assert (found.external_id, found.key, found.name, found.manager) == ("10000", "ENG", "Engine", "id:5b")
    assert (found.archived, found.fields) == (False, {"category": "Legal", "project_type": "software"})
    assert found.url == "https://example.atlassian.net/browse/ENG"
    assert project({**PROJECT, "archived": True}).archived is True


def test_charter_and_properties_carry_what_a_project_cannot() -> None:
    charter = {"fields": {"customfield_10100": {"accountId": "7", "displayName": "Grace"}, "duedate": "2026-06-30"}}
    sources = ProjectSources(charter, {"pmo.budget": 1500.5, "pmo.health": "At risk", "pmo.gate": "G2"})
    found = project(
        PROJECT,
        sources,
        sponsor="charter:Sponsor",
        planned_finish="charter:Due date",
        budget="property:pmo.budget",
        gate="property:pmo.gate",
        portfolio="category",
    )
    assert (found.sponsor, found.planned_finish, found.budget) == ("id:7", date(2026, 6, 30), Decimal("1500.5"))
    assert (found.fields["gate"], found.portfolio) == ("G2", "Legal")


def test_a_project_without_a_charter_has_empty_fields_and_one_that_was_not_read_supplies_none() -> None:
    empty = project(PROJECT, ProjectSources(None, {}), sponsor="charter:Sponsor", x="property:x")
    unread = project(PROJECT, ProjectSources(None, charter_read=False), sponsor="charter:Sponsor", x="property:x")
    assert "sponsor" in empty.model_fields_set
    assert empty.fields["x"] is None
    assert "sponsor" not in unread.model_fields_set
    assert "x" not in unread.fields


@pytest.mark.parametrize("carrier", ["Sponsor", "charter:", "charter:Twice", "charter:Nothing", "epic:Sponsor"])
def test_a_carrier_that_is_none_is_told(carrier: str) -> None:
    made = compile_carriers(options(project_fields={"sponsor": carrier}), context(), Catalogue(FIELDS))
    assert len(made.problems) == 1


def test_template_carriers_are_read_along_under_their_own_names() -> None:
    told = context({EntityKind.PROJECT: {"pmo_id": "property:pmo.id"}})
    made = compile_carriers(options(), told, Catalogue(FIELDS))
    found: Any = to_project(PROJECT, options(), made, ProjectSources(properties={"pmo.id": "PMO-1"}))
    assert (made.properties, found.fields["pmo_id"]) == ({"pmo.id"}, "PMO-1")


def test_a_template_field_named_like_a_field_of_a_project_does_not_take_its_place() -> None:
    told = context({EntityKind.PROJECT: {"phase": "property:pmo.phase"}})
    mapped = options(project_fields={"phase": "property:pmo.phase"})
    made = compile_carriers(mapped, told, Catalogue(FIELDS))
    found: Any = to_project(PROJECT, mapped, made, ProjectSources(properties={"pmo.phase": "Execution"}))
    assert (found.phase, found.fields["phase"]) == ("execution", "Execution")

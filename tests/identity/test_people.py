"""When accounts and typed names are one person, and how that is undone."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import Engine, insert

from canonical.database import writing
from canonical.identities import PEOPLE
from canonical.records import Person
from canonical.resolution import ResolutionSettings
from canonical.schema.entities import source_person
from canonical.schema.governance import waiver
from canonical.vocabulary import Activity, EntityKind
from tests.identity.world import NOW, World, a_person, a_task


def one_person(world: World, *accounts: tuple[str, str]) -> bool:
    return len({world.person_of(*account)["id"] for account in accounts}) == 1


def test_one_email_in_two_tools_is_one_person_in_any_case(world: World) -> None:
    world.give("jira", a_person("a", name="Jane Doe", email="Jane.Doe@example.com"), a_task("1", assignee="id:a"))
    world.give("asana", a_person("b", name="Jane D.", email="jane.doe@EXAMPLE.com"), a_task("2", assignee="id:b"))
    world.resolve()
    assert len(world.people()) == 1
    assert world.task("jira", "1")["assignee_id"] == world.task("asana", "2")["assignee_id"]


def test_no_email_is_normal_and_merges_nobody(world: World) -> None:
    world.give("jira", a_person("a", name="Jane"), a_person("b", name="John"), a_person("c"), a_person("d")).resolve()
    assert len(world.people()) == 4


def test_namesakes_in_two_tools_are_two_people_and_proposed(world: World) -> None:
    world.give("jira", a_person("a", name="Kim Lee")).give("asana", a_person("b", name="Kim Lee")).resolve()
    assert len(world.people()) == 2
    assert [each.basis for each in PEOPLE.proposals(world.engine)] == ["name"]


def test_a_name_turned_round_is_proposed(world: World) -> None:
    world.give("jira", a_person("a", name="Anna Müller")).give("plan", a_person("b", name="Müller, Anna")).resolve()
    assert len(world.people()) == 2
    assert [each.basis for each in PEOPLE.proposals(world.engine)] == ["name"]


def test_a_shared_mailbox_does_not_make_two_colleagues_one(world: World) -> None:
    team = "team@example.com"
    world.give("jira", a_person("a", name="Jane", email=team), a_person("b", name="John", email=team)).resolve()
    assert len(world.people()) == 2
    assert [each.basis for each in PEOPLE.proposals(world.engine)] == ["email"]


def test_a_typed_name_is_a_person_of_that_connector_only(world: World) -> None:
    world.give("plan", a_task("1", assignee="name:Kim Lee"), a_task("2", assignee="name:kim  lee"))
    world.give("other", a_task("1", assignee="name:Kim Lee")).resolve()
    assert world.task("plan", "1")["assignee_id"] == world.task("plan", "2")["assignee_id"]
    assert world.task("plan", "1")["assignee_id"] != world.task("other", "1")["assignee_id"]
    assert [row["name"] for row in world.people()] == ["Kim Lee", "Kim Lee"]


def test_a_typed_name_gives_way_to_the_tools_own_record(world: World) -> None:
    world.give("plan", a_task("1", assignee="name:Kim Lee")).resolve()
    world.give("plan", a_person("k", name="Kim Lee", email="kim@example.com")).resolve()
    assert world.task("plan", "1")["assignee_id"] == world.person_of("plan", "k")["id"]
    assert [row["email"] for row in world.people()] == ["kim@example.com"]


def test_a_typed_name_that_two_people_bear_stays_unresolved(world: World) -> None:
    world.give(
        "plan", a_person("1", name="Kim Lee"), a_person("2", name="Kim Lee"), a_task("t", assignee="name:Kim Lee")
    )
    assert world.resolve().unresolved == 1
    assert len(world.people()) == 2


def test_a_typed_email_is_the_person_with_that_address_in_any_tool(world: World) -> None:
    world.give("plan", a_task("1", assignee="email:kim@example.com")).resolve()
    world.give("jira", a_person("k", name="Kim", email="Kim@example.com")).resolve()
    assert world.task("plan", "1")["assignee_id"] == world.person_of("jira", "k")["id"]


def test_a_placeholder_is_nobody(world: World) -> None:
    world.give("plan", a_task("1", assignee="name:TBD")).resolve()
    assert world.people() == []


def test_a_configured_alias_makes_a_typed_name_and_an_account_one(engine: Engine) -> None:
    world = World(engine, ResolutionSettings(people=(("J. Doe", "jane@example.com", "jira:acc-1"),)))
    world.give("plan", a_task("1", assignee="name:J. Doe")).give("jira", a_person("acc-1", name="Jane Doe"))
    world.give("asana", a_person("9", email="jane@example.com")).resolve()
    assert len(world.people()) == 1


def test_an_alias_that_two_people_of_a_tool_bear_merges_neither(engine: Engine) -> None:
    world = World(engine, ResolutionSettings(people=(("Kim Lee", "kim@example.com"),)))
    world.give("jira", a_person("1", name="Kim Lee"), a_person("2", name="Kim Lee"))
    world.give("asana", a_person("9", email="kim@example.com")).resolve()
    assert len(world.people()) == 3


def test_merge_and_split_move_what_names_the_person(world: World) -> None:
    world.give("jira", a_person("a", name="Kim Lee"), a_task("1", assignee="id:a"))
    world.give("asana", a_person("b", name="K. Lee"), a_task("2", assignee="id:b")).resolve()
    before = [world.task("jira", "1")["assignee_id"], world.task("asana", "2")["assignee_id"]]
    one, other = PEOPLE.find(world.engine, "jira:a"), PEOPLE.find(world.engine, "K. Lee")
    PEOPLE.join(world.engine, one, other, actor="pmo", reason=None, now=NOW)
    world.resolve()
    assert world.task("asana", "2")["assignee_id"] == world.task("jira", "1")["assignee_id"]
    PEOPLE.split(world.engine, other, actor="pmo", reason="twins", now=NOW.replace(hour=23))
    world.resolve()
    assert [world.task("jira", "1")["assignee_id"], world.task("asana", "2")["assignee_id"]] == before


@pytest.mark.parametrize(
    ("said", "active"),
    [
        ((Activity.NO, Activity.YES), "yes"),
        ((Activity.NO, Activity.UNKNOWN), "no"),
        ((Activity.UNKNOWN, Activity.UNKNOWN), "unknown"),
        ((Activity.UNKNOWN, Activity.YES), "yes"),
    ],
)
def test_active_in_any_tool_is_active(world: World, said: tuple[Activity, ...], active: str) -> None:
    for connector, each in zip(("jira", "asana"), said, strict=True):
        world.give(connector, Person(external_id="1", email="kim@example.com", active=each))
    world.resolve()
    assert [row["active"] for row in world.people()] == [active]


def test_an_account_that_was_deleted_says_nothing_about_the_person(world: World) -> None:
    world.give("jira", a_person("1", email="kim@example.com", active=Activity.YES))
    world.give("asana", a_person("1", email="kim@example.com", active=Activity.NO)).resolve()
    world.give("jira", deleted=[(EntityKind.PERSON, "1")]).resolve()
    assert [row["active"] for row in world.people()] == ["no"]


def test_the_rate_that_holds_from_the_latest_day_counts(world: World) -> None:
    rates = {"cost_rate_currency": "EUR", "email": "kim@example.com"}
    world.give("old", a_person("1", cost_rate=Decimal(80), cost_rate_from=date(2025, 1, 1), **rates))
    world.give("new", a_person("1", cost_rate=Decimal(95), cost_rate_from=date(2026, 1, 1), **rates)).resolve()
    assert world.people()[0]["cost_rate"] == Decimal(95)


def test_a_rate_and_a_capacity_that_are_still_to_come_hold_from_their_day_on(world: World) -> None:
    same = {"cost_rate_currency": "EUR", "email": "kim@example.com"}
    now = {"cost_rate": Decimal(80), "weekly_capacity": 144_000}
    soon = {"cost_rate": Decimal(95), "weekly_capacity": 72_000}
    from_april = {"cost_rate_from": date(2026, 4, 1), "capacity_from": date(2026, 4, 1)}
    world.give("old", a_person("1", **same, **now)).give("new", a_person("1", **same, **soon, **from_april)).resolve()
    assert world.people()[0]["cost_rate"] == Decimal(80)
    assert world.people()[0]["weekly_capacity"] == 144_000
    world.now = datetime(2026, 4, 1, 5, tzinfo=UTC)
    world.resolve()
    assert world.people()[0]["cost_rate"] == Decimal(95)
    assert world.people()[0]["weekly_capacity"] == 72_000


def test_a_changed_email_parts_and_keeps_the_account(world: World) -> None:
    world.give("jira", a_person("1", name="Kim", email="kim@example.com"))
    world.give("asana", a_person("1", name="Kim", email="kim@example.com")).resolve()
    account = world.row(source_person, "asana", "1")["id"]
    world.give("asana", a_person("1", name="Kim", email="other@example.com")).resolve()
    assert not one_person(world, ("jira", "1"), ("asana", "1"))
    assert world.row(source_person, "asana", "1")["id"] == account


def test_a_typed_e_mail_names_nobody_once_two_records_of_a_tool_bear_it(world: World) -> None:
    typed = "email:kim@example.com"
    world.give("jira", a_task("1", assignee=typed)).resolve()
    world.give("asana", a_person("3", email="KIM@example.com")).resolve()
    assert world.task("jira", "1")["assignee_id"] == world.person_of("asana", "3")["id"]
    world.give("asana", a_person("2", name="Jo Ann", email="kim@example.com")).resolve()
    assert world.task("jira", "1")["assignee_id"] is None


def test_a_corrected_name_leaves_nobody_behind(world: World) -> None:
    world.give("plan", a_task("1", assignee="name:Kim Lee"), a_task("2", assignee="name:Jo Ann")).resolve()
    world.give("plan", a_task("1", assignee="name:Kim Leigh")).resolve()
    assert sorted(row["name"] for row in world.people()) == ["Jo Ann", "Kim Leigh"]


def test_a_name_that_one_row_still_bears_stays(world: World) -> None:
    world.give("plan", a_task("1", assignee="name:Kim Lee"), a_task("2", reporter="name:kim  lee")).resolve()
    world.give("plan", a_task("1", assignee=None)).resolve()
    assert [row["name"] for row in world.people()] == ["Kim Lee"]


def test_whom_only_deleted_rows_name_is_gone_and_comes_back_as_the_same_person(world: World) -> None:
    world.give("plan", a_task("1", assignee="name:Kim Lee")).resolve()
    before = world.people()
    world.give("plan", deleted=[(EntityKind.TASK, "1")]).resolve()
    assert world.people() == []
    assert world.task("plan", "1")["assignee_id"] == before[0]["id"]
    world.give("plan", a_task("2", assignee="name:kim lee")).resolve()
    assert world.people() == before


def test_a_person_of_a_list_stays_whatever_names_them(world: World) -> None:
    world.give("plan", a_person("k", name="Kim Lee"), a_task("1", assignee="name:Kim Lee")).resolve()
    world.give("plan", a_task("1", assignee=None)).resolve()
    assert [row["name"] for row in world.people()] == ["Kim Lee"]


def test_whom_people_decided_about_stays_when_nothing_names_them(engine: Engine) -> None:
    world = World(engine, ResolutionSettings(people=(("K. Lee", "Kim Lee"),)))
    names = ["K. Lee", "Jo Ann", "J. Ann", "Mary", "Nobody's"]
    world.give("plan", *(a_task(name, assignee=f"name:{name}") for name in names)).resolve()
    one, other = PEOPLE.find(engine, "Jo Ann"), PEOPLE.find(engine, "J. Ann")
    PEOPLE.join(engine, one, other, actor="pmo", reason=None, now=NOW)
    with writing(engine) as connection:
        row = {"rule_id": "r", "scope": "project", "scope_id": "p", "reason": "", "author": "mary"}
        connection.execute(insert(waiver).values(granted_at=NOW, expires_on=NOW.date(), **row))
    world.give("plan", deleted=[(EntityKind.TASK, name) for name in names]).resolve()
    left = {row["name"] for row in world.rows(source_person) if row["deleted_at"] is None}
    assert left == {"K. Lee", "Jo Ann", "J. Ann", "Mary"}


def test_an_address_brings_the_name_that_stands_with_it(world: World) -> None:
    world.give("plan", a_task("1", assignee="email:kim@example.com")).resolve()
    account = world.people()[0]["id"]
    for typed in ("Kim Lee <KIM@example.com>", "Kim Leigh <kim@example.com>"):
        world.give("plan", a_task("1", assignee=f"email:{typed}"), a_task("2", assignee="email:kim@example.com"))
        world.resolve()
        assert [(row["id"], row["name"]) for row in world.people()] == [(account, typed.partition(" <")[0])]


def test_a_name_alone_is_the_person_whose_address_stands_with_it_elsewhere_in_the_tool(world: World) -> None:
    world.give("plan", a_task("1", assignee="name:Kim Lee")).resolve()
    world.give("plan", a_task("2", assignee="email:Kim Lee <kim@example.com>")).resolve()
    assert world.task("plan", "1")["assignee_id"] == world.task("plan", "2")["assignee_id"]
    assert [row["email"] for row in world.people()] == ["kim@example.com"]

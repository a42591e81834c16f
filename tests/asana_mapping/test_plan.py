"""What is asked for: only what is mapped, each nested part by name, in words that Asana's document knows."""

from dataclasses import asdict

import pytest

from canonical.vocabulary import EntityKind
from connectors.asana.mapping.asking import Ask
from connectors.asana.mapping.catalogue import IN_SETTINGS, PARTS
from connectors.asana.mapping.providing import provided, reported
from tests.asana_mapping.answers import context, options, plan
from tests.jira_sandbox.openapi import specs

NESTED = ("assignee", "parent", "memberships", "owner", "team", "custom_fields", "tags", "dependencies", "enum_value")


def asked(ask: Ask) -> set[str]:
    """Give all that is asked for of any resource."""
    return {name for names in asdict(ask).values() for name in names}


def test_nothing_nested_is_asked_for_without_its_parts() -> None:
    names = asked(plan(fields={"risk": "Risk"}, project_fields={"risk": "Risk"}).ask)
    assert not [name for name in names if name.rpartition(".")[2] in NESTED]
    assert {"memberships.project.gid", "memberships.section.gid", "custom_fields.enum_value.name"} <= names


def test_custom_fields_are_asked_for_where_they_are_mapped() -> None:
    assert not [name for name in plan().ask.project if name.startswith("custom_fields")]
    assert [name for name in plan(project_fields={"risk": "Risk"}).ask.project if name.startswith("custom_fields")]


def test_what_is_switched_off_is_not_asked_for() -> None:
    assert "actual_time_minutes" in plan().ask.task
    assert "actual_time_minutes" not in plan(time_entries=False).ask.task
    assert "custom_type.name" in plan(kinds={"Bug": "bug"}).ask.task


def test_asanas_document_knows_every_word_that_is_asked_for() -> None:
    document = specs() / "asana.openapi.yaml"
    if not document.is_file():
        pytest.skip(f"the vendor's document is not in {specs()} (PMOHUB_SPECS names another folder)")
    text = document.read_text(encoding="utf-8")
    names = asked(plan(fields={"risk": "Risk"}, kinds={"Bug": "bug"}).ask) | set(PARTS) | set(IN_SETTINGS)
    assert not [part for part in {part for name in names for part in name.split(".")} if f" {part}:\n" not in text]


def test_what_is_provided_follows_the_configuration() -> None:
    plain = provided(options(), context())
    assert {"status", "time_spent", "fields.approval_status"} <= plain[EntityKind.TASK]
    assert {"portfolio", "budget", "fields.team"} <= plain[EntityKind.PROJECT]
    more = options(fields={"risk": "Risk", "due": "Go-live"}, project_fields={"sponsor": "Sponsor"}, portfolios=[])
    carriers = {EntityKind.TASK: {"phase": "Stage"}}
    told = provided(more, context(carriers))
    assert {"fields.risk", "fields.phase", "due"} <= told[EntityKind.TASK]
    assert "sponsor" in told[EntityKind.PROJECT]
    assert "portfolio" not in told[EntityKind.PROJECT]
    off = provided(options(time_entries=False, status_updates=False, rates=False, budgets=False), context())
    assert {EntityKind.TIME_ENTRY, EntityKind.STATUS_UPDATE}.isdisjoint(off)
    assert "time_spent" not in off[EntityKind.TASK]


def test_what_stories_report_is_left_where_the_mapping_fills_it_from_elsewhere() -> None:
    assert reported(options()) == {}
    assert "due" in reported(options(history=True))[EntityKind.TASK]
    assert "due" not in reported(options(history=True, fields={"due": "Go-live"}))[EntityKind.TASK]

"""config.example.toml holds every option there is, and loads."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from connectors.jira.config import JiraOptions
from connectors.secrets import Secret
from connectors.spreadsheet.config import SpreadsheetOptions
from pmohub.config import Configuration, load
from pmohub.config.complaints import _members
from pmohub.config.model import (
    ConnectorTable,
    DepartmentTable,
    HubTable,
    LinksTable,
    LogTable,
    PeopleTable,
    PlausibilityTable,
    WritebackTable,
)
from rules.template_fields import Template

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
TOP = (
    HubTable,
    DepartmentTable,
    ConnectorTable,
    WritebackTable,
    PeopleTable,
    LinksTable,
    LogTable,
    PlausibilityTable,
    Template,
    JiraOptions,
    SpreadsheetOptions,
)


def test_the_example_loads() -> None:
    assert set(load(EXAMPLE).connectors) == {"register", "plans", "one-project", "eng-jira", "mkt-asana"}


def test_the_example_sets_every_option_of_every_model() -> None:
    options = {(model, name) for model in models() if model is not Secret for name in model.model_fields}
    missing = options - set(set_options(load(EXAMPLE)))
    assert not missing, sorted(f"{model.__name__}.{name}" for model, name in missing)


def test_the_example_shows_each_way_to_name_a_secret() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert all(f"{{ {source} = " in text for source in Secret.model_fields)


def test_every_line_with_an_option_of_the_hub_gives_its_reason() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith(("timezone", "standards", "mode", "schedule")) and "#" in line]


def models() -> set[type[BaseModel]]:
    """Find the models that can be reached from the top ones by their fields' types."""
    found: set[type[BaseModel]] = set()
    waiting: list[type[BaseModel]] = list(TOP)
    while waiting:
        model = waiting.pop()
        if model not in found:
            found.add(model)
            for field in model.model_fields.values():
                waiting += [inner for inner in inside(field.annotation) if isinstance(inner, type)]
    return found


def inside(annotation: Any) -> Iterator[Any]:
    for member in _members(annotation):
        if isinstance(member, type) and issubclass(member, BaseModel):
            yield member
        for argument in getattr(member, "__args__", ()):
            yield from inside(argument)


def set_options(configuration: Configuration) -> Iterator[tuple[type[BaseModel], str]]:
    tables = [configuration.hub, configuration.template, configuration.writeback, configuration.people]
    tables += [configuration.links, configuration.log, configuration.plausibility, configuration.serve]
    tables += configuration.departments.values()
    for connector in configuration.connectors.values():
        tables += [connector.table, connector.options]
    for table in tables:
        yield from set_in(table)


def set_in(value: Any) -> Iterator[tuple[type[BaseModel], str]]:
    if isinstance(value, BaseModel):
        yield from ((type(value), name) for name in value.model_fields_set)
        for name in type(value).model_fields:
            yield from set_in(getattr(value, name))
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from set_in(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from set_in(each)

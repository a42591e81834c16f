"""Everything that has a name has a docs entry, and what the pages show is true."""

import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from connectors.base import Outcome
from connectors.spreadsheet.xlsx.refusal import Reason
from pmohub.cli import exits
from pmohub.cli.app import build
from pmohub.config import load
from pmohub.config.kinds import InstalledKinds
from rules.standards import load_standards
from rules.standards.model import Rule
from rules.template_fields import TemplateField
from tests.config.test_example import models
from tests.docs.command_pages import EXITS, commands
from tests.docs.configuration_pages import TABLES
from tests.docs.examples import EXCERPT, PAGES, ROOT, Example, Typed, examples, typed
from tests.docs.make_pages import PAGES as MADE
from tests.docs.make_pages import REFERENCE

DOCS = ROOT / "docs"
TOML = list(examples("toml"))
CONSOLE = [(example.place, step) for example in examples("console") for step in typed(example)]
ELSEWHERE = {
    "Template": "template.md",
    "TemplateField": "template.md",
    "Secret": "configuration.md",
    "Sheets": "configuration.md",
}


def text(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", MADE)
def test_a_generated_page_is_current(name: str) -> None:
    assert text(name) == MADE[name](), "make pages"


def test_every_command_has_an_entry() -> None:
    page = text("command-line.md")
    assert [path for path in commands() if f"## pmohub {' '.join(path)}\n" not in page] == []


def test_every_exit_code_has_an_entry() -> None:
    assert {name for name, value in vars(exits).items() if isinstance(value, int)} == set(EXITS)


def test_every_configuration_key_has_an_entry() -> None:
    assert {model.__name__ for model in models()} - {model.__name__ for _, model, _ in TABLES} == set(ELSEWHERE)


def test_every_key_of_a_template_field_has_an_entry() -> None:
    names = {field.alias or name for name, field in TemplateField.model_fields.items()}
    assert {name for name in names if f"| `{name}` |" not in text("template.md")} == set()


def test_every_connector_kind_has_an_entry() -> None:
    assert [kind for kind in InstalledKinds() if f"## {kind}\n" not in text("connectors.md")] == []


def test_every_page_is_in_the_navigation() -> None:
    listed = set(named(yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]))
    assert listed == {page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")}


def named(nav: Any) -> Iterator[str]:
    if isinstance(nav, str):
        yield nav
    else:
        for each in nav.values() if isinstance(nav, dict) else nav:
            yield from named(each)


@pytest.mark.parametrize("example", TOML, ids=lambda example: example.place)
def test_a_toml_example_is_toml(example: Example) -> None:
    assert tomllib.loads(example.text)


@pytest.mark.parametrize(
    "example", [one for one in TOML if not one.text.startswith(EXCERPT)], ids=lambda example: example.place
)
def test_a_whole_toml_example_loads(example: Example, tmp_path: Path) -> None:
    (tmp_path / "example.toml").write_text(example.text, encoding="utf-8")
    if "[standard]" in example.text:
        assert load_standards(["example.toml"], tmp_path).rules
    else:
        (tmp_path / "standards").mkdir()
        assert load(tmp_path / "example.toml").connectors


@pytest.mark.parametrize(("place", "step"), CONSOLE, ids=[place for place, _ in CONSOLE])
def test_a_typed_command_can_be_typed(place: str, step: Typed) -> None:
    assert parsed(get_command(build()), step.words)


def parsed(command: Any, words: Sequence[str]) -> bool:
    """Let the command's own parser read the words, down to the last command; it raises what a person would be told."""
    while words and not words[0].startswith("-") and words[0] in getattr(command, "commands", {}):
        command, words = command.commands[words[0]], words[1:]
    command.make_context("pmohub", list(words), resilient_parsing=words[:1] == ("--version",))
    return True


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_names_no_place_of_ours(page: Path) -> None:
    assert [word for word in (str(ROOT), "localhost") if word in page.read_text(encoding="utf-8")] == []


def test_every_reason_for_refusing_and_every_outcome_has_an_entry() -> None:
    guide = (DOCS / "guides" / "write-back.md").read_text(encoding="utf-8")
    assert [one.value for one in (*Reason, *Outcome) if f"| `{one.value}` |" not in guide] == []


def test_every_key_of_a_rule_has_an_entry() -> None:
    guide = (DOCS / "guides" / "standards.md").read_text(encoding="utf-8")
    names = {field.alias or name for name, field in Rule.model_fields.items()} - {"id", "generated"}
    assert {name for name in names if f"| `{name}` |" not in guide} == set()

"""What an admin reads when something is wrong: place, reason, remedy, for everything at once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from canonical.problems import ConfigurationError, Problem
from pmohub.config import Reading, inspect, load

from .conftest import KINDS

Read = Callable[[str], Reading]
GOOD = """\
[departments.eng]
name = "Engineering"

[connectors.plan]
kind = "tool"
department = "eng"
"""


def only(reading: Reading) -> Problem:
    assert len(reading.problems) == 1, reading.problems
    return reading.problems[0]


def test_a_misspelt_key_names_the_nearest_known_one(read: Read) -> None:
    problem = only(read('[hub]\ntimezone = "UTC"\ndatbase = "sqlite:///x.db"\n'))
    assert problem == Problem(
        what="Unknown key “datbase”",
        where="config.toml:3, hub.datbase",
        not_done="Nothing was read or written.",
        next_step="Write database instead of datbase. "
        "Known keys here: calendar_shift_days, coming, database, standards, timezone.",
        excerpt='2 │ timezone = "UTC"\n3 │ datbase = "sqlite:///x.db"\n  │ ^^^^^^^',
    )


def test_an_unknown_kind_says_which_kinds_exist(read: Read) -> None:
    problem = only(read(GOOD.replace('"tool"', '"tol"')))
    assert problem.what == "Unknown connector kind “tol”"
    assert problem.where == "config.toml:5, connectors.plan.kind"
    assert problem.not_done == "plan is left out."
    assert problem.next_step == 'Write "tool". Known kinds: tool.'


@pytest.mark.parametrize(
    ("line", "what", "step"),
    [
        ('mode = "controling"', "mode cannot be “controling”", 'Write "controlling".'),
        ("mode = 3", "mode cannot be “3”", "Known values: supportive"),
        ('timezone = "Europe/Berln"', "timezone: no time zone is named “Europe/Berln”", '"Europe/Berlin"'),
        ('holidays = "DE-XX"', "holidays: DE has no region “XX”", "BE"),
    ],
)
def test_a_wrong_value_of_a_department_is_told_with_its_remedy(read: Read, line: str, what: str, step: str) -> None:
    problem = only(read(f'[departments.eng]\nname = "Engineering"\n{line}\n'))
    assert problem.what == what
    assert problem.where.startswith("config.toml:3, departments.eng.")
    assert step in problem.next_step


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ('columns = { due = { name = "D", colour = "x" } }', "Unknown key “colour”"),
        ("columns = { due = 7 }", "due must be a text in quotes or a table"),
        ("columns = { due = { unit = 'h' } }", "“name” is missing"),
        ('retries = "many"', "retries must be a whole number"),
        ('schedule = "0 99 * * *"', "schedule: the hour is from 0 to 23, not “99”"),
        ('departments_by = { key = { "A" = "nobody" } }', "Unknown department “nobody”"),
        ("token = {}", "token: a secret is named by exactly one of env, file and command"),
    ],
)
def test_a_wrong_option_leaves_out_its_connector_alone(read: Read, line: str, what: str) -> None:
    reading = read(f'{GOOD}{line}\n\n[connectors.sound]\nkind = "tool"\ndepartment = "eng"\n')
    assert only(reading).what == what
    assert reading.left_out == ("plan",)
    assert reading.configuration is not None
    assert list(reading.configuration.connectors) == ["sound"]


def test_a_number_where_a_text_belongs_is_not_called_a_secret(read: Read) -> None:
    problem = only(read("[hub]\ndatabase = 5\n"))
    assert (problem.what, problem.next_step) == ("database must be a text in quotes", "Write a text in quotes.")


def test_everything_wrong_is_told_at_once_in_the_order_of_the_file(read: Read) -> None:
    tables = '[hubb]\n[hub]\nx = 1\n[departments.E]\n[connectors.p]\nkind = "tool"\nretries = "no"\n'
    reading = read(tables + '[precedence]\nbudgit = ["q"]\n')
    lines = [int(problem.where.split(":")[1].split(",")[0]) for problem in reading.problems]
    assert lines == sorted(lines)
    assert lines == [1, 3, 4, 4, 5, 7, 9, 9]


def test_references_between_tables_are_checked(read: Read) -> None:
    text = GOOD + '[precedence]\nbudget = ["plam"]\n[template.project.pmo_id]\nowner = "hub"\ncarrier = { pln = "X" }\n'
    reading = read(text + '[links]\nprojects = [["plan:A", "paln:B"]]\n')
    assert [problem.what for problem in reading.problems] == [
        "Unknown connector “plam”",
        "Unknown connector “pln”",
        "Unknown connector “paln”",
    ]
    assert all('Write "plan".' in problem.next_step for problem in reading.problems)


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path / "config.toml", KINDS)
    assert "pmohub init" in caught.value.problem.commands


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"[hub\n", "This is no TOML"),
        (b"\xff\xfe\x00", "It is not UTF-8 text"),
        (b"a = " + b"[" * 5000, "nested too deeply"),
    ],
)
def test_a_file_that_is_no_toml_is_told_in_words(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        inspect(path, KINDS)
    assert what in caught.value.problem.what


def test_the_version_changes_with_the_content_and_not_with_remarks_or_order(read: Read) -> None:
    versions = [
        configuration.version
        for text in (GOOD, "# a remark\n" + GOOD, GOOD.replace("Engineering", "Works"))
        if (configuration := read(text).configuration)
    ]
    assert versions[0] == versions[1] != versions[2]


def test_a_custom_field_of_two_types_is_told_with_both_places(read: Read) -> None:
    other = '\n[connectors.other]\nkind = "tool"\ndepartment = "eng"\nfields = { risk = "text", site = "text" }\n'
    problem = only(read(f'{GOOD}fields = {{ risk = "number", site = "text" }}\n{other}'))
    assert problem.what == "The field risk of a task is declared as number and as text"
    assert "connectors.plan.fields.risk and config.toml:" in problem.where
    assert problem.where.endswith("connectors.other.fields.risk")


def test_a_template_field_restricted_to_texts_is_not_declared_as_something_else(read: Read) -> None:
    template = '\n[template.task.risk]\nowner = "team"\nvalues = ["low", "high"]\n'
    problem = only(read(f'{GOOD}fields = {{ risk = "number" }}\n{template}'))
    assert problem.what == "The template restricts risk to texts, and it is declared as number"

"""Whatever stands in the file, the answer is a configuration or problems in words."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from canonical.problems import ConfigurationError
from pmohub.config import inspect

from .conftest import KINDS

WHOLE = """\
[hub]
database = "sqlite:///pmohub.db"
timezone = "Europe/Berlin"
standards = ["pmo-core"]
[departments.eng]
name = "Engineering"
mode = "controlling"
[connectors.plan]
kind = "tool"
department = "eng"
departments_by = { key = { "A" = "eng" } }
schedule = "0 6-20 * * mon-fri"
token = { env = "TOKEN" }
columns = { due = { name = "Due", unit = "d" }, start = "Start" }
[precedence]
budget = ["plan"]
[template.project.pmo_id]
owner = "hub"
value = "'PMO-' + project.key"
carrier = { plan = "PMO id" }
[writeback]
max_changes_per_run = 200
[people.aliases]
"jane@example.com" = ["Jane D."]
[links]
projects = [["plan:A", "plan:B"]]
"""
PIECES = [
    '"',
    "'",
    "[",
    "]",
    "{",
    "}",
    "=",
    "\n",
    "#",
    ".",
    ",",
    "1",
    "true",
    "[[x]]\n",
    "x = 1\n",
    "é",
    "\t",
    '"""',
    "-",
]


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, len(WHOLE)), st.integers(0, 12), st.sampled_from(PIECES)), max_size=3))
def test_no_damage_to_a_file_ends_in_a_traceback(tmp_path: Path, damage: list[tuple[int, int, str]]) -> None:
    text = WHOLE
    for start, length, piece in damage:
        text = text[:start] + piece + text[start + length :]
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    try:
        problems = inspect(path, KINDS).problems
    except ConfigurationError as error:
        problems = error.problems
    assert all(problem.what and problem.next_step and str(path) in problem.where for problem in problems)


values = st.recursive(
    st.sampled_from(["1", "1.5", "true", '"x"', "2026-01-01", "[]", "{}", '""', "-1", "99999999999"]),
    lambda inner: st.one_of(inner.map(lambda one: f"[{one}]"), inner.map(lambda one: f"{{ x = {one} }}")),
    max_leaves=3,
)
LINES = [number for number, line in enumerate(WHOLE.splitlines()) if "=" in line]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(LINES), values)
def test_a_value_of_any_type_anywhere_is_taken_or_told(tmp_path: Path, number: int, value: str) -> None:
    lines = WHOLE.splitlines()
    lines[number] = f"{lines[number].partition('=')[0]}= {value}"
    path = tmp_path / "config.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    for problem in inspect(path, KINDS).problems:
        assert f"{path}:" in problem.where

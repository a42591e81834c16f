"""Regular expressions: the common subset means one thing everywhere, the rest is refused at load."""

import re
from time import process_time

import pytest
from cel_expr_python import cel

from rules.expressions import Catalogue, Environment, ExpressionError, compile_condition
from tests.expressions.conftest import TODAY, World

ENV = Environment.on(TODAY)
TEXTS = ["", "a", "A-1", "a\n", "é", "٣", "a b", "a\tb", "aab", "x.y", "[x]", "a^b", "\\", "a-b", "Do", "1\n2", "_"]
PATTERNS = [
    "^a$",
    "^.$",
    "a.b",
    r"\d",
    r"\w",
    r"\s",
    r"\S",
    r"\W",
    r"\D",
    r"\ba\b",
    "[^a]",
    "[a-z]+",
    r"[\d_]",
    r"x\.y",
    "^[^ ]*$",
    r"\[",
    r"[\]]",
    r"[\^]",
    "a{2}",
    "a{2,}",
    "a{1,2}b",
    "(?:a|x)",
    "(a|x)b?",
    "a*?b",
    "é",
    r"\\",
    "^$",
    "[-a]",
    "a[&~|]?b",
    "",
    "a|",
    r"\t",
    "[é-ü]",
    r"[^\w]",
    "Do$",
    "^1",
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_matches_what_it_matches_in_cel(world: World, pattern: str) -> None:
    judge = cel.NewEnv(variables={"x": cel.Type.STRING}).compile(f"x.matches({pattern!r})")
    for number, text in enumerate(TEXTS):
        world.add("task", f"t{number:02}", title=text)
    given = world.values("task", f"task.title.matches({pattern!r})")
    expected = {f"t{number:02}": judge.eval(data={"x": text}).plain_value() for number, text in enumerate(TEXTS)}
    assert given == expected


@pytest.mark.parametrize(
    "pattern",
    [
        "^(a+)+$",
        "(a*)*",
        "(a|aa)+$",
        "(a?){30}",
        "(.*a){5}",
        "a**",
        "a+*",
        "*a",
        "(a",
        "a)",
        "[a",
        "[]a]",
        "(?=a)",
        "(?P<n>a)",
        r"\1",
        r"\pL",
        r"\z",
        r"\Q",
        "[[:alpha:]]",
        "a{2000}",
        "a{3,1}",
        "[z-a]",
        ".*.*.*.*.*x",
        "a" * 201,
        "^*",
        "[a--b]",
        "\\",
    ],
)
def test_a_pattern_outside_the_subset_is_refused(pattern: str) -> None:
    with pytest.raises(ExpressionError, match="pattern"):
        compile_condition(f"task.title.matches({pattern!r})", "task", Catalogue(), ENV)


def test_no_accepted_pattern_takes_for_ever() -> None:
    started = process_time()
    assert not re.search("(?a)^" + "[a-z]*" * 4 + "$", "a" * 100 + "!")
    assert process_time() - started < 5

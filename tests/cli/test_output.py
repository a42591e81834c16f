"""On a terminal marks and aligned tables; through a pipe plain lines that grep and cut understand."""

import io
from collections.abc import Iterable

import pytest

from canonical.problems import Problem, Weight
from pmohub.cli.output import Column, Screen, State, count

REFUSED = Problem(
    what="Asana refused the token",
    where="mkt-asana: GET /users/me answered 401",
    not_done="Nothing was read or written. The 3,376 records of Sun 22 Nov, 18:30 are kept.",
    next_step="Make a new token, put it into MKT_ASANA_TOKEN, then:",
    commands=("pmohub check mkt-asana",),
)
COLUMNS = (Column("Severity"), Column("Where"), Column("Remedy", optional=True), Column("Open", right=True))
ROWS = [
    (State("bad", "critical"), "PAY", "Set health to match", "20 d"),
    (State("plain", "minor"), "WHL-136", "", "3 d"),
]


def printed(screen: Screen) -> str:
    stream = screen.console.file
    assert isinstance(stream, io.StringIO)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines())


def terminal(width: int) -> Screen:
    return Screen(io.StringIO(), person=True, width=width)


@pytest.fixture(autouse=True)
def without_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")


def test_a_problem_on_a_terminal_says_four_things_and_never_folds_a_command() -> None:
    screen = terminal(60)
    screen.problem(REFUSED)
    assert plain(printed(screen)) == (
        "■ Asana refused the token\n"
        "  where     mkt-asana: GET /users/me answered 401\n"
        "  not done  Nothing was read or written. The 3,376 records\n"
        "            of Sun 22 Nov, 18:30 are kept.\n"
        "  next      Make a new token, put it into MKT_ASANA_TOKEN,\n"
        "            then:\n"
        "            pmohub check mkt-asana"
    )


def test_a_problem_through_a_pipe_has_words_for_marks_and_whole_lines() -> None:
    screen = Screen(io.StringIO())
    screen.problem(REFUSED)
    assert printed(screen) == (
        "error: Asana refused the token\n"
        "  where: mkt-asana: GET /users/me answered 401\n"
        "  not done: Nothing was read or written. The 3,376 records of Sun 22 Nov, 18:30 are kept.\n"
        "  next: Make a new token, put it into MKT_ASANA_TOKEN, then:\n"
        "        pmohub check mkt-asana"
    )


def test_an_excerpt_is_shown_with_its_carets() -> None:
    screen = terminal(80)
    screen.problem(Problem("Unknown kind", excerpt='14 │ kind = "jirra"\n   │        ^^^^^^^', weight=Weight.WARNING))
    assert plain(printed(screen)) == '▲ Unknown kind\n\n  14 │ kind = "jirra"\n     │        ^^^^^^^'


@pytest.mark.parametrize(("width", "remedy"), [(80, False), (120, True)])
def test_the_least_needed_column_goes_on_a_narrow_terminal(width: int, remedy: bool) -> None:
    screen = terminal(width)
    screen.table(COLUMNS, ROWS)
    assert ("Remedy" in printed(screen)) is remedy
    assert "■ critical" in printed(screen)


def test_a_table_through_a_pipe_is_tab_separated_without_marks() -> None:
    screen = Screen(io.StringIO())
    screen.table(COLUMNS, ROWS)
    assert printed(screen).splitlines() == [
        "Severity\tWhere\tRemedy\tOpen",
        "critical\tPAY\tSet health to match\t20 d",
        "minor\tWHL-136\t\t3 d",
    ]


def test_what_people_typed_is_never_taken_for_markup_or_an_escape() -> None:
    screen = Screen(io.StringIO())
    screen.line("[bold]x[/] :smile: \x1b[31mred\x07")
    assert printed(screen) == "[bold]x[/] :smile: [31mred"


def test_progress_through_a_pipe_is_one_line_at_the_end() -> None:
    screen = Screen(io.StringIO())
    with screen.progress("Connectors", 5) as at:
        for number in range(1, 6):
            at(number, 5)
    assert printed(screen) == "Connectors 5 of 5"


def test_numbers_come_with_their_noun() -> None:
    assert [count(0, "row"), count(1, "row"), count(1204, "row")] == ["0 rows", "1 row", "1,204 rows"]


def plain(text: str) -> str:
    return "".join(unstyled(text))


def unstyled(text: str) -> Iterable[str]:
    pieces = iter(text.split("\x1b["))
    yield next(pieces)
    for piece in pieces:
        yield piece.partition("m")[2]


def test_an_optional_column_goes_before_a_word_would_break() -> None:
    long = [(State("bad", "critical"), "Electrification", "Antidisestablishmentarianism", "20 d")]
    wide, tight = terminal(120), Screen(io.StringIO(), person=True, width=100)
    columns = (*COLUMNS[:2], Column("Remedy", optional=True), Column("Note"), COLUMNS[3])
    rows = [(*row[:3], "x" * 40, row[3]) for row in long]
    wide.table(columns, rows)
    tight.table(columns, rows)
    assert ("Antidisestablishmentarianism" in printed(wide), "x" * 40 in printed(tight)) == (True, True)
    assert "Remedy" not in printed(tight)

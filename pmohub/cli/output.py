"""What the command line prints: for a person on a terminal, for a program through a pipe.

On a terminal: marks, aligned tables, colour that only repeats what mark and word say. Elsewhere: no escape codes,
tables as tab-separated lines, `error:` and `warning:` in place of the marks. Results go to standard output, errors and
progress to standard error.
"""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

import orjson
from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

from canonical.problems import Problem, Weight
from pmohub.cli.options import to_type

# Sixteen-colour names only: the reader's terminal scheme decides the shade, light or dark.
THEME = Theme(
    {
        "ok": "green",
        "warn": "yellow",
        "bad": "bold red",
        "plain": "default",
        "unset": "default",
        "dim": "bright_black",
        "key": "cyan",
        "head": "bold",
        "add": "green",
        "cut": "red",
    }
)
MARKS = {"ok": "●", "warn": "▲", "bad": "■", "plain": "●", "unset": "○"}
WORDS = {"ok": "ok:", "warn": "warning:", "bad": "error:", "plain": "note:"}
STYLE = {Weight.ERROR: "bad", Weight.WARNING: "warn", Weight.INFO: "plain"}
GAP = 3
"""Blanks between two columns, and the mark that a state has before its word."""
NARROW = 100
CONTROLS = {code: None for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}
ENDLESS = 10_000
"""A pipe has no width: long lines are left whole there, for grep."""


@dataclass(frozen=True, slots=True)
class State:
    """A cell that carries a state: its style (ok, warn, bad, plain), and the word that says it."""

    style: str
    word: str


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column. `optional` ones go when the terminal is narrow, `right` ones hold numbers."""

    title: str
    right: bool = False
    optional: bool = False


class Screen:
    """One stream, and whether a person or a program reads it."""

    def __init__(self, stream: IO[str], *, person: bool | None = None, width: int | None = None) -> None:
        self.person = stream.isatty() if person is None else person
        self.console = Console(
            file=stream,
            theme=THEME,
            width=width or (None if self.person else ENDLESS),
            force_terminal=self.person or None,
            highlight=False,
            no_color=bool(os.environ.get("NO_COLOR")),
            emoji=False,
            markup=False,
        )
        self.narrow = self.person and self.console.width < NARROW

    def line(self, *parts: str | tuple[str, str], indent: int = 0) -> None:
        """Print one line; a part is a text or a text with its style."""
        body = _text(*parts)
        if self.person:
            self.console.print(Padding(body, (0, 0, 0, indent), expand=False) if indent else body)
        else:
            self._whole(Text(" " * indent).append_text(body))

    def say(self, style: str, text: str, *, strong: bool = False) -> None:
        """Print a line that begins with a mark, or its word where a program reads."""
        mark = MARKS[style] if self.person else WORDS[style]
        parts = [(mark, style), " ", (text, style if strong else "plain")] if mark else [text]
        self.line(*parts)

    def problem(self, problem: Problem) -> None:
        """Print what went wrong in its four parts, the excerpt of the file, and the commands to type."""
        style = STYLE[problem.weight]
        self.say(style, problem.what, strong=True)
        parts = (("where", problem.where), ("not done", problem.not_done), ("next", problem.next_step))
        for label, text in parts:
            if text:
                self._part(label, text)
        for command in problem.commands:
            self._whole(_text(" " * (12 if self.person else 8), (to_type(command), "key")))
        if problem.excerpt and self.person:
            self.line()
            for row in problem.excerpt.splitlines():
                number, bar, code = row.partition("│")
                style = "bad" if code.strip().startswith("^") and not number.strip() else "plain"
                self._whole(_text("  ", (number + bar, "dim"), (code, style)))

    def facts(self, **parts: str) -> None:
        """Print labelled parts below a line that was said; an underscore in a label is a blank."""
        for label, text in parts.items():
            if text:
                self._part(label.strip("_").replace("_", " "), text)

    def _part(self, label: str, text: str) -> None:
        if not self.person:
            self.line(f"{label}: {text}", indent=2)
            return
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(width=8, style="dim")
        grid.add_column(overflow="fold")
        grid.add_row(label, _text(text))
        self.console.print(Padding(grid, (0, 0, 0, 2), expand=False))

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str | State]]) -> None:
        """Print rows under their heads; the optional columns go where the terminal is narrow or a word would break."""
        keep = [index for index, column in enumerate(columns) if not (self.narrow and column.optional)]
        while self.person and _least_width(columns, rows, keep) > self.console.width:
            dispensable = [index for index in keep if columns[index].optional]
            if not dispensable:
                break
            keep.remove(dispensable[-1])
        if not self.person:
            self._whole(Text("\t".join(columns[index].title for index in keep)))
            for row in rows:
                self._whole(Text("\t".join(_flat(row[index]) for index in keep)))
            return
        table = Table(box=box.SIMPLE_HEAD, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0), show_edge=False)
        for index in keep:
            column = columns[index]
            fixed = _is_fixed(columns, index)
            justify = "right" if column.right else "left"
            table.add_column(column.title, justify=justify, no_wrap=fixed, overflow="fold")  # type: ignore[arg-type]
        for row in rows:
            table.add_row(*(_cell(row[index]) for index in keep))
        self.console.print(table)

    def next(self, *commands: str) -> None:
        """Print the last lines of a command: what to type now, never folded."""
        self.line()
        for number, command in enumerate(commands):
            self._whole(_text(("Next:" if number == 0 else "     ", "dim"), " ", (to_type(command), "key")))

    def verbatim(self, text: str) -> None:
        """Print a line to be copied as it stands: neither folded nor styled but as something to type."""
        self._whole(_text((text, "key")))

    def json(self, document: Mapping[str, Any] | Sequence[Any]) -> None:
        """Print one document and nothing else."""
        options = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS
        self.console.file.write(orjson.dumps(document, option=options, default=str).decode() + "\n")

    @contextmanager
    def progress(self, title: str, total: int | None = None) -> Iterator[Callable[..., None]]:
        """Show done of total and the time taken; of an unknown total the count alone.

        The callback takes done and total, and the title where that changes as the work goes on.
        """
        if not self.person:
            last: tuple[int, int | None] = (0, total)

            def note(done: int, of: int | None, _: str = "") -> None:
                nonlocal last
                last = (done, of)

            yield note
            done, of = last
            self.line(f"{title} {done:,} of {of:,}" if of is not None else f"{title} {done:,}")
            return
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        counted = "{task.completed:>6,.0f} of {task.total:,.0f}"
        bar = BarColumn(bar_width=24, complete_style="default", finished_style="ok")
        shown = (TextColumn("{task.description}"), *((bar,) if total is not None else ()))
        columns = (*shown, TextColumn(counted if total is not None else "{task.completed:>6,.0f}"), TimeElapsedColumn())
        with Progress(*columns, console=self.console) as live:
            task = live.add_task(title, total=total)

            def move(done: int, of: int | None, now: str = title) -> None:
                live.update(task, completed=done, total=of, description=now)

            yield move

    def _whole(self, text: Text) -> None:
        """Print a line that is never folded; past Rich for a program, since Rich makes blanks of tabs."""
        if self.person:
            self.console.print(text, soft_wrap=True)
        else:
            self.console.file.write(text.plain + "\n")


@dataclass(frozen=True, slots=True)
class Output:
    """The two streams of a command."""

    out: Screen
    err: Screen

    @classmethod
    def standard(cls) -> "Output":
        """Give standard output and standard error as they are now."""
        return cls(Screen(sys.stdout), Screen(sys.stderr))


def count(number: int, one: str, many: str | None = None) -> str:
    """Give a number with its noun: `1 row`, `1,204 rows`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _text(*parts: str | tuple[str, str]) -> Text:
    """Put a line together; what a tool's text could do to a terminal is taken out of it."""
    clean = ((_harmless(part), "") if isinstance(part, str) else (_harmless(part[0]), part[1]) for part in parts)
    return Text.assemble(*clean)


def _harmless(text: str) -> str:
    return text.translate(CONTROLS)


def _cell(value: str | State) -> Text:
    if isinstance(value, State):
        return _text((f"{MARKS[value.style]} {value.word}", value.style))
    return _text(value)


def _is_fixed(columns: Sequence[Column], index: int) -> bool:
    """Say whether a column's cells are never folded: numbers, and the first one, by which a row is found."""
    return columns[index].right or index == 0


def _least_width(columns: Sequence[Column], rows: Sequence[Sequence[str | State]], keep: Sequence[int]) -> int:
    """Give the width in which no word of the table has to break."""
    total = 0
    for index in keep:
        cells = [columns[index].title, *(_flat(row[index]) for row in rows)]
        texts = cells if _is_fixed(columns, index) else [word for cell in cells for word in cell.split()]
        total += max((len(text) for text in texts), default=0) + GAP
    return total


def _flat(value: str | State) -> str:
    word = value.word if isinstance(value, State) else value
    return " ".join(_harmless(word).split())

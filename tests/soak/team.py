"""What teams do to their files, at random; what they type is remembered, and must be there in the end."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import TypeAlias

from tests.soak.office import FIELDS
from tests.soak.sheets import FAULTS, Rows, Sheet

WORDS = ("Draft", "Review", "Müller & Söhne", "Go live", "0815", "=SUM", "a;b", 'say "no"')
LONGEST = 30
"""Rows of a file, above which rows are removed rather than inserted."""


@dataclass(frozen=True)
class Typed:
    """What a team typed into a cell that the hub writes too, which nobody else would write there."""

    sheet: Sheet
    key: str
    column: str
    value: str
    at: datetime


@dataclass
class Team:
    """Everybody who works on the files."""

    sheets: list[Sheet]
    random: Random
    told: Counter[str] = field(default_factory=Counter)
    typed: list[Typed] = field(default_factory=list)
    number: int = 0

    def new(self, what: str) -> str:
        """Give a text that nobody has used yet."""
        self.number += 1
        return f"{what} {self.number}"

    def begin(self) -> None:
        for sheet in self.sheets:
            sheet.save(sheet.rows)

    def edit(self) -> None:
        """Change something in a file that is in order, upon what the hub has written there."""
        sheet, deed = self.random.choice(self.sheets), self.random.choice(DEEDS)
        rows = opened(sheet)
        if rows is None:
            return
        typed = deed(self, sheet, rows)
        in_place = self.random.random() < 0.3
        sheet.save(rows, in_place=in_place)
        self.told[f"edits: {deed.__name__}"] += 1
        self.told["edits in place"] += in_place
        if typed is not None:
            self.typed.append(Typed(sheet, *typed, sheet.saved_at))

    def give_work(self) -> None:
        """Let the hub have something to write to every file: a title of which its code is made."""
        for sheet in self.sheets:
            rows = opened(sheet)
            if rows is not None:
                for row in rows:
                    row[sheet.title] = self.new("Work")
                sheet.save(rows)

    def have_an_accident(self) -> None:
        sheet, fault = self.random.choice(self.sheets), self.random.choice(FAULTS)
        if not sheet.fault and sheet.break_by(fault, self.random):
            self.told[f"faults: {fault}"] += 1

    def mend(self) -> None:
        for sheet in self.sheets:
            sheet.mend()

    def end(self) -> None:
        """Leave every file in order, with a row more for the hub to write to."""
        self.mend()
        for sheet in self.sheets:
            rows = opened(sheet)
            assert rows is not None, f"{sheet.path} cannot be read"
            sheet.save([*rows, new_row(self, sheet, rows)])


def opened(sheet: Sheet) -> Rows | None:
    """Give what a team has before it when it opens the file: its own cells, and the hub's as they stand there now."""
    held = sheet.now() if sheet.fault in {"", "locked"} else None
    if held is None:
        return None
    cells = {row[sheet.key]: row for row in held}
    hubs = FIELDS[sheet.connector].values()
    return [{**row, **{name: cells.get(row[sheet.key], row)[name] for name in hubs}} for row in sheet.rows]


Deed: TypeAlias = Callable[[Team, Sheet, Rows], "tuple[str, str, str] | None"]


def change_title(team: Team, sheet: Sheet, rows: Rows) -> None:
    team.random.choice(rows)[sheet.title] = team.new(team.random.choice(WORDS))


def type_over_the_hub(team: Team, sheet: Sheet, rows: Rows) -> tuple[str, str, str]:
    row, column = team.random.choice(rows), team.random.choice([*FIELDS[sheet.connector].values()])
    row[column] = team.new("typed")
    return row[sheet.key], column, row[column]


def take_the_hubs_back(team: Team, sheet: Sheet, rows: Rows) -> None:
    """Put back what stood in a row before the hub wrote there."""
    row = team.random.choice(rows)
    (before,) = [one for one in sheet.rows if one[sheet.key] == row[sheet.key]]
    row |= {column: before[column] for column in FIELDS[sheet.connector].values()}


def empty_the_hubs(team: Team, sheet: Sheet, rows: Rows) -> None:
    team.random.choice(rows)[team.random.choice([*FIELDS[sheet.connector].values()])] = ""


def insert_a_row(team: Team, sheet: Sheet, rows: Rows) -> None:
    if len(rows) > LONGEST:
        rows.pop(team.random.randrange(len(rows)))
        return
    rows.insert(team.random.randrange(len(rows) + 1), new_row(team, sheet, rows))


def new_row(team: Team, sheet: Sheet, rows: Rows) -> dict[str, str]:
    empty = dict.fromkeys(FIELDS[sheet.connector].values(), "")
    own = {sheet.key: team.new("R").replace(" ", ""), sheet.title: team.new("New")}
    return {**team.random.choice(rows), **empty, **own}


def remove_a_row(team: Team, sheet: Sheet, rows: Rows) -> None:
    if len(rows) > 3:
        rows.pop(team.random.randrange(len(rows)))


def rename_a_row(team: Team, sheet: Sheet, rows: Rows) -> None:
    team.random.choice(rows)[sheet.key] = team.new("R").replace(" ", "")


def move_rows(team: Team, sheet: Sheet, rows: Rows) -> None:
    team.random.shuffle(rows)


DEEDS: tuple[Deed, ...] = (
    change_title,
    change_title,
    type_over_the_hub,
    take_the_hubs_back,
    empty_the_hubs,
    insert_a_row,
    remove_a_row,
    rename_a_row,
    move_rows,
)

"""What is asked of a patch, and what it tells."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TypeAlias

from connectors.spreadsheet.xlsx.refusal import Reason, RefusedError

CellValue: TypeAlias = str | bool | int | float | Decimal | date | datetime | timedelta | None
"""What a cell can be given. A `datetime` is the local time shown in the cell, without a zone; None empties the cell."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One cell to change: the sheet's name (empty in a text table), the address (`B12`), the new value."""

    sheet: str
    cell: str
    value: CellValue


@dataclass(frozen=True, slots=True)
class RefusedEdit:
    """A cell that was left alone, with the reason in words that fit behind "left alone, because"."""

    edit: Edit
    reason: Reason
    words: str


@dataclass(slots=True)
class PatchResult:
    """How a patch of one file ended: every edit is in `applied` or in `refused`, and nothing else changed.

    `changed_parts` names the parts of the package whose bytes differ (a text table: its own name). `notes` are
    things a person should know of cells that were written: a hidden row, a row below the end of a table. `before`
    and `after` are the file's SHA-256 in hexadecimal; equal when nothing was written.
    """

    applied: list[Edit] = field(default_factory=list)
    refused: list[RefusedEdit] = field(default_factory=list)
    changed_parts: list[str] = field(default_factory=list)
    notes: dict[Edit, str] = field(default_factory=dict)
    before: str = ""
    after: str = ""

    def refuse(self, edit: Edit, error: RefusedError) -> None:
        """Note an edit as left alone."""
        self.refused.append(RefusedEdit(edit, error.reason, error.words))

    def refuse_all(self, edits: Sequence[Edit], error: RefusedError) -> None:
        """Note that the file as a whole was left alone, also for those of its edits that seemed possible."""
        told = [refused.edit for refused in self.refused]
        for edit in edits:
            if edit in told:
                told.remove(edit)
            else:
                self.refuse(edit, error)
        self.applied, self.changed_parts, self.notes = [], [], {}
        self.after = self.before

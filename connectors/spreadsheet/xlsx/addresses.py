"""Cell addresses and areas in A1 notation; rows and columns count from 1."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384


@lru_cache(maxsize=LAST_COLUMN)
def column_number(letters: str) -> int:
    """Give 1 for A, 27 for AA."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


@lru_cache(maxsize=LAST_COLUMN)
def column_letters(number: int) -> str:
    """Give A for 1, AA for 27."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_position(address: str) -> tuple[int, int]:
    """Give the row and the column of an address such as `B12` or `$B$12`.

    Raises:
        ValueError: this is no address of a cell of a sheet.
    """
    match = _ADDRESS.fullmatch(address)
    if match:
        row, column = int(match[2]), column_number(match[1])
        if row <= LAST_ROW and column <= LAST_COLUMN:
            return row, column
    message = f"{address!r} is no cell address"
    raise ValueError(message)


def cell_address(row: int, column: int) -> str:
    """Give the address of a cell, such as `B12`."""
    return f"{column_letters(column)}{row}"


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, its corners included."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `A1:B3`, `A1`, `A:B` (whole columns) or `1:3` (whole rows).

        Raises:
            ValueError: this is no area of a sheet.
        """
        first, _, last = text.replace("$", "").partition(":")
        last = last or first
        if first.isalpha() and last.isalpha():
            return cls(1, column_number(first), LAST_ROW, column_number(last))
        if first.isdecimal() and last.isdecimal():
            return cls(int(first), 1, int(last), LAST_COLUMN)
        (top, left), (bottom, right) = cell_position(first), cell_position(last)
        return cls(min(top, bottom), min(left, right), max(top, bottom), max(left, right))

    def holds(self, row: int, column: int) -> bool:
        """Tell whether the cell lies in the area."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def joined(self, row: int, column: int) -> "Area":
        """Give the smallest area that holds this one and the cell."""
        return Area(min(self.top, row), min(self.left, column), max(self.bottom, row), max(self.right, column))

    def __str__(self) -> str:
        first, last = cell_address(self.top, self.left), cell_address(self.bottom, self.right)
        return first if first == last else f"{first}:{last}"


def areas(text: str) -> tuple[Area, ...]:
    """Read a list of areas apart by blanks (`sqref`); what is no area is left out."""
    found = []
    for word in text.split():
        try:
            found.append(Area.parse(word))
        except ValueError:
            continue
    return tuple(found)

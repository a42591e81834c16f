"""What stands right of an operator, understood: ids, dates, numbers, and whether an empty field is meant as well."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from pmohub.testing.jira.jql import dates
from pmohub.testing.jira.jql.errors import DATE_FORMATS, JqlError
from pmohub.testing.jira.jql.functions import Called, call
from pmohub.testing.jira.jql.site import Asker, Field, FieldType, Site
from pmohub.testing.jira.jql.syntax import Call, Listing, Literal, Nothing, Operand

Point: TypeAlias = datetime | date | Decimal | int
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*-\d+")
_IDS = frozenset({FieldType.CHOICE, FieldType.RANKED, FieldType.ISSUE, FieldType.PERSON})


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an operand means for a field: ids (labels: casefolded), points on a scale, and whether EMPTY is among it."""

    ids: frozenset[str] = frozenset()
    points: tuple[Point, ...] = ()
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Operands:
    """Understands operands for one account at one site. `complain` is told each value that does not exist."""

    site: Site
    asker: Asker
    complain: Callable[[str], None]

    def understand(self, operand: Operand, field: Field, written: str) -> Meaning:
        """Say what an operand means for a field, which the query calls `written`."""
        ids: set[str] = set()
        points: list[Point] = []
        empty = False
        for item in items(operand):
            if isinstance(item, Nothing) or (field.id == "resolution" and str(item).casefold() == "unresolved"):
                empty = True
            elif field.type in _IDS or field.type is FieldType.LABEL:
                ids |= self._ids(item, field, written)
            elif (point := self._point(item, field, written)) is not None:
                points.append(point)
        return Meaning(frozenset(ids), tuple(points), empty)

    def moment(self, item: Operand, written: str) -> datetime | None:
        """Say which moment a history predicate means; None after a complaint."""
        point = self._point(item, Field("", FieldType.INSTANT, ()), written) if not isinstance(item, Listing) else None
        return point if isinstance(point, datetime) else None

    def _ids(self, item: Literal | Call | Nothing, field: Field, written: str) -> set[str]:
        if isinstance(item, Call):
            return set(self._called(item).ids)
        text = str(item)
        if field.type is FieldType.LABEL:
            return {text.casefold()}
        kind = "issue" if field.type is FieldType.ISSUE else field.id
        if found := set(self.site.ids(kind, text)):
            return found
        is_number = isinstance(item, Literal) and item.is_number
        self.complain(_missing(text, field, written, is_number=is_number))
        return set()

    def _point(self, item: Literal | Call | Nothing, field: Field, written: str) -> Point | None:
        if isinstance(item, Call):
            moment = self._called(item).moment
            if moment is None or field.type not in {FieldType.INSTANT, FieldType.DATE}:
                return None
            return moment if field.type is FieldType.INSTANT else moment.astimezone(self.asker.timezone).date()
        if isinstance(item, Nothing):
            return None
        point = self._read(item, field)
        if point is None:
            self.complain(_illegible(item.text, field, written))
        return point

    def _read(self, literal: Literal, field: Field) -> Point | None:
        match field.type:
            case FieldType.INSTANT:
                return dates.instant(literal, self.asker)
            case FieldType.DATE:
                return dates.day(literal, self.asker)
            case FieldType.DURATION:
                return dates.seconds(literal)
            case _:
                return dates.number(literal)

    def _called(self, function: Call) -> Called:
        try:
            return call(function, self.site, self.asker)
        except JqlError as error:
            for message in error.messages:
                self.complain(message)
            return Called()


def items(operand: Operand) -> Iterator[Literal | Call | Nothing]:
    """Give the single values of an operand."""
    yield from operand.items if isinstance(operand, Listing) else (operand,)


def _missing(text: str, field: Field, written: str, *, is_number: bool) -> str:
    if is_number:
        return f"A value with ID '{text}' does not exist for the field '{written}'."
    if field.type is FieldType.ISSUE:
        if _KEY.fullmatch(text):
            return f"An issue with key '{text}' does not exist for field '{written}'."
        return f"The issue key '{text}' for field '{written}' is invalid."
    return f"The value '{text}' does not exist for the field '{written}'."


def _illegible(text: str, field: Field, written: str) -> str:
    if field.type in {FieldType.INSTANT, FieldType.DATE}:
        return f"Date value '{text}' for field '{written}' is invalid. Valid formats include: {DATE_FORMATS}."
    if field.type is FieldType.DURATION:
        return f"Duration value '{text}' for field '{written}' is invalid."
    return f"Value '{text}' is invalid for the '{written}' field."

"""The types that expressions know, and the words that people read for them."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The type of a field or of a part of an expression; the value is what messages call it."""

    TEXT = "text"
    NUMBER = "a number"
    BOOL = "true or false"
    DATE = "a date"
    INSTANT = "an instant (a moment in time)"
    DURATION = "a length of time"
    TEXTS = "a list of texts"
    LIST = "a list"
    ENTITY = "an entity"
    COLLECTION = "a collection"
    CUSTOM = "custom fields"
    PARAMS = "parameters"
    NULL = "null"


class Unit(StrEnum):
    """What a number counts; it decides how the number is shown, never how it is compared."""

    NONE = ""
    PERCENT = "percent"
    MONEY = "money"
    SECONDS = "seconds"
    DAYS = "days"
    WORKING_DAYS = "working days"


@dataclass(frozen=True, slots=True)
class ValueType:
    """A kind with what narrows it.

    Numbers are exact: stored as whole numbers of 1/10**`scale` (0 for whole numbers, 2 for percent, 4 for money).
    `words` are the only texts that the value can have; none means any text.
    """

    kind: Kind
    scale: int = 0
    unit: Unit = Unit.NONE
    words: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The type in words, for messages and the reference."""
        if self.kind is Kind.NUMBER:
            return f"a number ({self.unit.value})" if self.unit else ("a number" if self.scale else "a whole number")
        return f"one of {', '.join(self.words)}" if self.words else self.kind.value


TEXT = ValueType(Kind.TEXT)
WHOLE = ValueType(Kind.NUMBER)
NUMBER = ValueType(Kind.NUMBER, scale=4)
MONEY = ValueType(Kind.NUMBER, scale=4, unit=Unit.MONEY)
PERCENT = ValueType(Kind.NUMBER, scale=2, unit=Unit.PERCENT)
BOOL = ValueType(Kind.BOOL)
DATE = ValueType(Kind.DATE)
INSTANT = ValueType(Kind.INSTANT)
DURATION = ValueType(Kind.DURATION)

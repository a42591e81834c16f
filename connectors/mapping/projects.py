"""A field of the tool as a field of a project."""

from collections.abc import Callable
from datetime import tzinfo
from typing import Any

from canonical.values import shown as as_text
from canonical.vocabulary import FieldType
from connectors.mapping.declaring import Decode, declared
from connectors.mapping.reading import fold

DAYS = frozenset({f"{which}_{end}" for which in ("planned", "baseline", "actual") for end in ("start", "finish")})
NUMBERS = frozenset({"percent_complete", "budget", "tier"})
WORDS = frozenset({"status", "health", "phase", "delivery"})
PEOPLE = frozenset({"manager", "sponsor"})
TEXTS = frozenset({"name", "description", "department", "objective", "portfolio", "currency"})
MAPPABLE = DAYS | NUMBERS | WORDS | PEOPLE | TEXTS | {"same_as"}
"""Fields of a project that `project_fields` may fill; any other name there is a custom field."""


def project_decoder(name: str, decode: Decode, zone: tzinfo) -> Callable[[Any], Any]:
    """Make the function that reads a field as a field of a project; people are read by each tool's own rules.

    Raises (the function): UnmappableError.
    """
    if name in DAYS:
        return declared(decode, FieldType.DATE, zone)
    if name in NUMBERS:
        return declared(decode, FieldType.NUMBER, zone)

    def read(raw: Any) -> str | None:
        text = as_text(decode(raw))
        if not text:
            return None
        if name in WORDS:
            return fold(text).replace(" ", "_").replace("-", "_")
        if name == "same_as":
            return f"url:{text}" if text.startswith(("http://", "https://")) else f"key:{text}"
        return text.upper() if name == "currency" else text

    return read


def named_person(text: str) -> str | None:
    """Refer to a person by what somebody typed: an e-mail address, or else a name."""
    one = " ".join(text.split())
    return (f"email:{one}" if "@" in one and " " not in one else f"name:{one}") if one else None

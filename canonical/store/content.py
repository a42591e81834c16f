"""What a record supplies, as one hash: an equal hash means that nothing of what it supplies has changed."""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b
from operator import itemgetter
from typing import Any, TypeVar

import orjson

from canonical.records import Record
from canonical.values import encode

NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""The escape that orjson writes for it, not the same letters after a backslash of the text's own."""
AnyRecord = TypeVar("AnyRecord", bound=Record)


class UnstorableError(ValueError):
    """A record holds a value that no database column can keep; the message says which kind."""


def digest(record: Record) -> str:
    """Hash the fields that the record supplies, with their names: 32 hexadecimal digits.

    Raises:
        UnstorableError: a text holds the character NUL, or a whole number is beyond 64 bits.
    """
    names, values_of = _plan(frozenset(record.model_fields_set))
    values = values_of(record.__dict__)
    try:
        if record.fields:
            fields = {name: orjson.Fragment(encode(value)) for name, value in record.fields.items()}
            values = (*values, fields)
        content = orjson.dumps(values, default=_plain, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        raise UnstorableError("a number is too large, or a text is not valid Unicode") from error
    if b"u0000" in content and NUL.search(content):
        raise UnstorableError("a text holds the character NUL, which no database keeps")
    return blake2b(names + content, digest_size=16).hexdigest()


@lru_cache(maxsize=1024)
def _plan(supplied: frozenset[str]) -> tuple[bytes, Callable[[dict[str, Any]], tuple[Any, ...]]]:
    names = sorted(supplied - {"external_id", "fields"})
    if len(names) < 2:
        return ",".join(names).encode(), lambda values: tuple(values[name] for name in names)
    return ",".join(names).encode(), itemgetter(*names)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError


def newest(records: Iterable[AnyRecord]) -> dict[str, AnyRecord]:
    """Keep one record for each id: the last by the tool's own time, by order where that does not decide.

    What only the older one supplies is kept, as it would be had they come in two batches.
    """
    kept: dict[str, AnyRecord] = {}
    for record in records:
        other = kept.get(record.external_id)
        if other is None:
            kept[record.external_id] = record
        elif is_older(record, other):
            kept[record.external_id] = _overlaid(record, other)
        else:
            kept[record.external_id] = _overlaid(other, record)
    return kept


def is_older(record: Record, other: Record) -> bool:
    """Say whether the tool changed `other` after it gave `record`."""
    mine, theirs = record.source_updated_at, other.source_updated_at
    return mine is not None and theirs is not None and mine < theirs


def _overlaid(older: AnyRecord, newer: AnyRecord) -> AnyRecord:
    supplied = {name: getattr(newer, name) for name in newer.model_fields_set}
    supplied["fields"] = {**older.fields, **newer.fields}
    return older.model_copy(update=supplied)

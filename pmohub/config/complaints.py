"""Turns what pydantic refuses into problems with place, reason and remedy."""

import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from canonical.problems import Problem
from canonical.toml_places import KeyPath
from pmohub.config.source import Source

WANTED = {
    "string_type": "a text in quotes",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "decimal_type": "a number",
    "decimal_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "dict_type": "a table",
    "mapping_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "dataclass_type": "a table",
    "list_type": "a list in brackets",
    "tuple_type": "a list in brackets",
    "set_type": "a list in brackets",
    "frozen_set_type": "a list in brackets",
    "date_type": "a date",
    "time_delta_type": "a duration",
}


def complaints(
    error: ValidationError, model: type[BaseModel], source: Source, path: KeyPath, not_done: str
) -> Iterator[Problem]:
    """Give one problem for each thing that `model` refuses of the table at `path`."""
    table = _at(source.data, path)
    found: dict[KeyPath, list[ErrorDetails]] = {}
    for detail in error.errors(include_url=False):
        names_a_key = detail["type"] in {"missing", "extra_forbidden"}
        inner = _keys_only(detail["loc"][:-1] if names_a_key else detail["loc"], table)
        found.setdefault((*inner, detail["loc"][-1]) if names_a_key else inner, []).append(detail)
    for inner, all_details in found.items():
        # Where a plain text does as well, what is of another type is no secret that stands there.
        details = [detail for detail in all_details if detail["type"] != "plain_secret"] or all_details
        telling = [detail for detail in details if detail["type"] not in WANTED]
        if not telling and any(len(other) > len(inner) and other[: len(inner)] == inner for other in found):
            continue
        if telling:
            yield _told(telling[0], model, source, path, inner, not_done)
        else:
            yield _wrong_type(details, source, (*path, *inner), not_done)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Give the known word that was probably meant."""
    by_fold = {name.casefold(): name for name in known}
    close = get_close_matches(word.casefold(), by_fold, n=1, cutoff=0.6)
    return by_fold[close[0]] if close else None


def unknown_key(source: Source, path: KeyPath, known: Sequence[str], not_done: str) -> Problem:
    """Say that a key is unknown, and which one was probably meant."""
    key = str(path[-1])
    meant = nearest(key, known)
    remedy = f"Write {meant} instead of {key}. " if meant else "Take it out. "
    return Problem(
        what=f"Unknown key “{key}”",
        where=source.where(path),
        not_done=not_done,
        next_step=f"{remedy}Known keys here: {', '.join(sorted(known))}.",
        excerpt=source.excerpt(path, at_value=False),
    )


def not_among(
    source: Source, path: KeyPath, what: str, value: str, known: Sequence[str], kinds: str, not_done: str
) -> Problem:
    """Say that a value is none of the known ones; `kinds` names them in the plural ("departments")."""
    meant = nearest(value, known)
    remedy = f'Write "{meant}". ' if meant else ""
    listed = ", ".join(known) if known else "there is none yet"
    return Problem(
        what=what,
        where=source.where(path),
        not_done=not_done,
        next_step=f"{remedy}Known {kinds}: {listed}.",
        excerpt=source.excerpt(path, at_value=True),
    )


def known_keys(model: type[BaseModel], path: KeyPath) -> list[str]:
    """Name the keys that `model` knows in the table at `path`."""
    candidates: list[Any] = [model]
    for part in path:
        candidates = [inner for candidate in candidates for inner in _inside(candidate, part)]
    models = [candidate for candidate in candidates if isinstance(candidate, type) and issubclass(candidate, BaseModel)]
    return [field.alias or name for each in models for name, field in each.model_fields.items()]


def _inside(annotation: Any, part: str | int) -> list[Any]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = {field.alias or name: field.annotation for name, field in annotation.model_fields.items()}
        return list(_members(fields[str(part)])) if str(part) in fields else []
    origin, arguments = get_origin(annotation), get_args(annotation)
    if isinstance(origin, type) and issubclass(origin, Mapping) and len(arguments) == 2:
        return list(_members(arguments[1]))
    return list(_members(arguments[0])) if origin in {list, tuple, set, frozenset} and arguments else []


def _members(annotation: Any) -> Iterator[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _members(get_args(annotation)[0])
    elif origin in {Union, types.UnionType}:
        for argument in get_args(annotation):
            yield from _members(argument)
    else:
        yield annotation


def _at(data: Any, path: KeyPath) -> Any:
    for part in path:
        data = data[part]
    return data


def _keys_only(loc: tuple[str | int, ...], table: Any) -> KeyPath:
    """Drop from pydantic's location what is no key of the file: names of union members and validators."""
    path: list[str | int] = []
    inside = table
    for part in loc:
        if (isinstance(inside, dict) and part in inside) or (
            isinstance(inside, list) and isinstance(part, int) and part < len(inside)
        ):
            inside = inside[part]  # type: ignore[index]  # a key of a table or an index of a list, as just asked
            path.append(part)
    return tuple(path)


def _told(
    detail: ErrorDetails, model: type[BaseModel], source: Source, path: KeyPath, inner: KeyPath, not_done: str
) -> Problem:
    whole = (*path, *inner)
    key = str(inner[-1]) if inner else str(path[-1])
    context = detail.get("ctx", {})
    match detail["type"]:
        case "extra_forbidden":
            return unknown_key(source, whole, known_keys(model, inner[:-1]), not_done)
        case "missing":
            return _missing(model, source, path, inner, not_done)
        case "enum" | "literal_error":
            allowed = [each.strip("' ") for each in str(context["expected"]).replace(" or ", ", ").split(", ")]
            value = str(detail["input"])
            return not_among(source, whole, f"{key} cannot be “{value}”", value, allowed, "values", not_done)
        case "plain_secret":
            what = f"The secret itself stands in the configuration: {key}"
            name = f"{path[-1]}_{key}".upper().replace("-", "_")
            step = f'Write {key} = {{ env = "{name}" }}, and put the secret into that variable. Change it: it was seen.'
        case _:
            what, step = _reason(key, detail["msg"], context)
    return Problem(
        what=what,
        where=source.where(whole),
        not_done=not_done,
        next_step=step,
        excerpt=source.excerpt(whole, at_value=True),
    )


def _reason(key: str, message: str, context: Mapping[str, Any]) -> tuple[str, str]:
    remedy = str(context.get("next", ""))
    if "error" in context:
        message, _, rest = str(context["error"]).partition(". ")
        remedy = rest
    first = message[:1].lower() if message[1:2].islower() or message[1:2] == " " else message[:1]
    return f"{key}: {first}{message[1:].rstrip('.')}", remedy or f"Change {key}."


def _missing(model: type[BaseModel], source: Source, path: KeyPath, inner: KeyPath, not_done: str) -> Problem:
    key = str(inner[-1])
    parents = [model]
    fields = {field.alias or name: field for each in parents for name, field in each.model_fields.items()}
    reason = fields[key].description if len(inner) == 1 and key in fields else None
    return Problem(
        what=f"“{key}” is missing",
        where=source.where((*path, *inner[:-1])),
        not_done=not_done,
        next_step=f"Write {key} = … there.{f' {reason}' if reason else ''}",
        excerpt=source.excerpt((*path, *inner[:-1]), at_value=False),
    )


def _wrong_type(details: Sequence[ErrorDetails], source: Source, path: KeyPath, not_done: str) -> Problem:
    wanted = " or ".join(dict.fromkeys(WANTED[detail["type"]] for detail in details))
    key = str(path[-1]) if path else "the file"
    return Problem(
        what=f"{key} must be {wanted}",
        where=source.where(path),
        not_done=not_done,
        next_step=f"Write {wanted}.",
        excerpt=source.excerpt(path, at_value=True),
    )

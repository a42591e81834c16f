"""Whether requests and answers keep to a vendor's OpenAPI document, which is read where it is present, never copied.

An operation is compiled when it is first met: a vendor's document has megabytes and hundreds of them.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import orjson
from jsonschema import ValidationError
from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

ROOT = Path(__file__).parents[2]
DOCUMENT = "urn:vendor"
SCALARS = {"integer": int, "number": float, "boolean": {"true": True, "false": False}.__getitem__}


def specs() -> Path:
    return Path(os.environ.get("PMOHUB_SPECS") or ROOT.parent / "shared" / "specs")


@dataclass(frozen=True)
class Exchange:
    """A request as the site got it, and its answer."""

    method: str
    path: str
    query: str
    body: bytes
    status: int
    type: str
    answer: bytes

    def __str__(self) -> str:
        return f"{self.method} {self.path}{'?' if self.query else ''}{self.query} -> {self.status}"


@dataclass
class Operation:
    """One method of one path; `at` is its JSON pointer in the document."""

    path: str
    method: str
    at: str
    content: dict[str, Any]
    registry: Registry[Any]
    shared: list[dict[str, Any]]
    _validators: dict[str, OAS30Validator] = field(default_factory=dict)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        literal = (re.escape(part) for part in re.split(r"\{[^}]+\}", self.path))
        return re.compile("([^/]+)".join(literal))

    @cached_property
    def queries(self) -> dict[str, dict[str, Any]]:
        parameters = [*self.shared, *self.content.get("parameters", ())]
        lookup = self.registry.resolver(DOCUMENT).lookup
        plain = [lookup(each["$ref"]).contents if "$ref" in each else each for each in parameters]
        return {each["name"]: each for each in plain if each["in"] == "query"}

    def asked_wrongly(self, exchange: Exchange, *, bodies: bool) -> Iterator[str]:
        given = parse_qsl(exchange.query, keep_blank_values=True)
        for name, value in given:
            if name not in self.queries:
                yield f"no parameter {name}"
            elif not _fits(self.queries[name].get("schema", {}), value):
                yield f"parameter {name} cannot be {value!r}"
        yield from (
            f"parameter {name} is missing"
            for name, parameter in self.queries.items()
            if parameter.get("required") and name not in dict(given)
        )
        wanted = self.content.get("requestBody", {}) if bodies else {}
        if wanted.get("required") and not exchange.body:
            yield "the body is missing"
        if exchange.body and "application/json" in wanted.get("content", {}):
            at = f"#{self.at}/requestBody/content/application~1json/schema"
            yield from self._faults("body", at, exchange.body)

    def answered_wrongly(self, exchange: Exchange) -> Iterator[str]:
        responses = self.content["responses"]
        name = next((one for one in (str(exchange.status), "default") if one in responses), None)
        if name is None:
            yield f"answer: status {exchange.status} is not documented"
            return
        at = responses[name].get("$ref", f"#{self.at}/responses/{name}")
        documented = (
            responses[name] if "$ref" not in responses[name] else self.registry.resolver(DOCUMENT).lookup(at).contents
        )
        documented = documented.get("content", {}).get("application/json", {})
        if "schema" not in documented or not exchange.answer:
            return
        if not exchange.type.startswith("application/json"):
            yield f"answer: {exchange.type} instead of JSON"
            return
        yield from self._faults("answer", f"{at}/content/application~1json/schema", exchange.answer)

    def _faults(self, what: str, pointer: str, body: bytes) -> Iterator[str]:
        validator = self._validators.get(pointer)
        if validator is None:
            schema = {"$ref": f"{DOCUMENT}{pointer}"}
            validator = self._validators[pointer] = OAS30Validator(schema, registry=self.registry)
        try:
            given = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            yield f"{what}: {error}"
            return
        for fault in validator.iter_errors(given):
            yield f"{what}: {_where(fault)}: {fault.message}"[:400]


class Document:
    """A vendor's document. `prefix` is what its paths lack."""

    def __init__(self, content: Any, prefix: str) -> None:
        registry: Registry[Any] = Registry().with_resource(DOCUMENT, Resource(content, DRAFT4))
        self._operations = [
            Operation(prefix + path, method.upper(), f"/paths/{_escaped(path)}/{method}", operation, registry, shared)
            for path, methods in content["paths"].items()
            for shared in (methods.get("parameters", []),)
            for method, operation in methods.items()
            if method != "parameters"
        ]

    @cache  # noqa: B019  # documents live as long as the tests
    def operation(self, method: str, path: str) -> Operation | None:
        fitting = [each for each in self._operations if each.method == method and each.pattern.fullmatch(path)]
        return min(fitting, key=lambda each: each.path.count("{"), default=None)

    def faults(self, exchange: Exchange, *, bodies: bool) -> list[str]:
        """Say what is wrong with an exchange; what the site refused or did not know is not held against the asker."""
        operation = self.operation(exchange.method, exchange.path)
        if operation is None:
            return [] if exchange.status in {404, 405, 410} else ["no such operation"]
        asked = [] if exchange.status == 400 else list(operation.asked_wrongly(exchange, bodies=bodies))
        return asked + (list(operation.answered_wrongly(exchange)) if bodies else [])


def _fits(schema: dict[str, Any], value: str) -> bool:
    if "enum" in schema and value not in map(str, schema["enum"]):
        return False
    if schema.get("type") == "array":
        return all(_fits(schema.get("items", {}), each) for each in value.split(","))
    try:
        SCALARS.get(schema.get("type", ""), str)(value)
    except (ValueError, KeyError):
        return False
    return True


def _where(fault: ValidationError) -> str:
    return "/".join("*" if isinstance(part, int) else str(part) for part in fault.absolute_path) or "(all)"


def _escaped(path: str) -> str:
    return path.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")

"""Everything that a running Asana is asked and answers, held against its own document when the test is over.

    def test_a_pull_reads_every_task(validated: Recorder) -> None:
        with running(Sandbox(), around=validated) as server: ...

What the connector sends is held against it, too. Where the document is wrong or narrower than the service, `KNOWN` says
so and why; nothing else is let through.
"""

from dataclasses import replace
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson
import yaml

from tests.documents import recording
from tests.documents.openapi import Document, Exchange, specs
from tests.documents.recording import Known

BASE = "/api/1.0"
UNLISTED = {"gid", "resource_type"}
KNOWN: tuple[Known, ...] = (
    Known("", "^answer: .*: None (for not nullable|is not of type)", "absent values are sent as null, nullable or not"),
    Known("/stories/", "_number_value: .* is not of type 'integer'", "numbers of custom fields have decimal places"),
    Known(
        "", "^body: data/custom_fields/", "a value may be a number, an object, a list or null, as its description says"
    ),
    Known("/setParent", "^body: data/parent: None", "null takes a task out of its parent, as the description says"),
    Known("/tasks/search", r"^no parameter custom_fields\.", "each field has its own, says the description"),
    Known(" -> 402$", "status 402 is not documented", "what is not paid for is so answered by whatever touches it"),
)


@cache
def document() -> Document | None:
    """The document, read once: 3 MB of YAML, which only the parser in C takes quickly."""
    file = specs() / "asana.openapi.yaml"
    if not file.is_file():
        return None
    content: Any = yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader)  # it is the safe one
    # Statuses are numbers in YAML and examples may be dates; in JSON they are texts, as in every other document.
    return Document(orjson.loads(orjson.dumps(content, option=orjson.OPT_NON_STR_KEYS)), BASE)


def faults_of(exchange: Exchange) -> list[str]:
    """Hold an exchange against the document; what tests alone ask for is no part of it."""
    found = document()
    if found is None or not exchange.path.startswith(BASE):
        return []
    return found.faults(replace(exchange, query=_listed_fields(exchange.query)), bodies=True)


def _listed_fields(query: str) -> str:
    """Leave out of `opt_fields` what each resource has and no list of fields names: its gid and its type."""
    asked = dict(parse_qsl(query, keep_blank_values=True))
    if "opt_fields" in asked:
        fields = (one for one in asked["opt_fields"].split(",") if one.rpartition(".")[2] not in UNLISTED)
        asked["opt_fields"] = ",".join(fields)
        if not asked["opt_fields"]:
            del asked["opt_fields"]
    return urlencode(asked)


class Recorder(recording.Recorder):
    """A layer around an Asana that keeps what passes."""

    def __init__(self) -> None:
        super().__init__(faults_of, KNOWN)

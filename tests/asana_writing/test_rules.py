"""Whoever reads, plans or tries a dry run holds nothing that can change anything; the writer asks for nothing else."""

from pathlib import Path

import pytest
import yaml

from canonical.problems import ToolError
from connectors.asana.client.connection import Connection
from connectors.asana.client.rules import READING
from connectors.asana.writing.rules import WRITING
from tests.asana_writing.office import office
from tests.documents.openapi import specs

WRITES = [rule for rule in WRITING if rule not in READING]


def test_a_reader_may_ask_by_get_alone_and_nothing_of_it_deletes() -> None:
    assert {rule.method for rule in READING} == {"GET"}
    assert {rule.method for rule in WRITES} == {"PUT", "POST"}
    assert not any(rule.repeatable for rule in WRITES)


def test_a_readers_session_refuses_every_write_before_it_leaves(tmp_path: Path) -> None:
    with office(tmp_path) as sites:
        site = sites.anew()
        reading = Connection(*site.setup(), READING)
        edits = site.asana.server.state.world.edits
        for rule in WRITES:
            with pytest.raises(ToolError, match="may not ask for"):
                reading.session.call(rule.method, rule.path.replace("{}", site.task), body={"data": {"name": "x"}})
        reading.close()
        assert site.asana.server.state.world.edits == edits


def test_every_write_is_one_that_the_vendor_documents() -> None:
    document = specs() / "asana.openapi.yaml"
    if not document.exists():
        pytest.skip("the vendor's document is not here")
    paths = yaml.load(document.read_text(), Loader=yaml.CSafeLoader)["paths"]
    plain = {(method.upper(), _plain(path)) for path, methods in paths.items() for method in methods}
    assert [(rule.method, rule.path) for rule in WRITES if (rule.method, rule.path) not in plain] == []


def _plain(path: str) -> str:
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))

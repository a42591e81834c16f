"""A promise names tests that exist."""

import re
from pathlib import Path

import pytest

from tests.docs.examples import ROOT

PAGE = ROOT / "docs" / "promises.md"
NAMED = re.findall(r"`([\w/]+\.py)::(\w+)`", PAGE.read_text(encoding="utf-8"))


def test_every_promise_that_holds_names_a_test() -> None:
    sections = PAGE.read_text(encoding="utf-8").split("\n## ")[1:]
    assert len(sections) == 10
    assert [section.splitlines()[0] for section in sections if "::test_" not in section] == []


@pytest.mark.parametrize(("path", "name"), NAMED, ids=[name for _, name in NAMED])
def test_a_test_that_is_named_exists(path: str, name: str) -> None:
    assert f"def {name}(" in Path(ROOT, path).read_text(encoding="utf-8")

"""Fixtures of the rules' tests."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from canonical.calendars import fill
from canonical.database import writing
from rules.standards import load_standards
from tests.rules.house import OVERDUE, House


@pytest.fixture
def house(engine: Engine, tmp_path: Path) -> Callable[..., House]:
    """Make a house in which the given standard holds; by default one rule about overdue tasks."""

    def build(text: str = OVERDUE) -> House:
        (tmp_path / "ours.toml").write_text(text, encoding="utf-8")
        with writing(engine) as connection:
            fill(connection, {}, date(2025, 1, 1), date(2027, 12, 31))
        return House(engine, load_standards(["ours.toml"], tmp_path))

    return build

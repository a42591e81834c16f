"""The guide's examples for tests run as they stand."""

import re
from pathlib import Path

import pytest

from pmohub.testing.jira.faults import Kind

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "sandbox.md"
EXAMPLES = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_of_the_guide_runs(example: str) -> None:
    exec(compile(example, GUIDE.name, "exec"), {})  # noqa: S102  # it is ours


def test_the_guide_names_every_fault() -> None:
    assert all(f"`{kind}`" in GUIDE.read_text(encoding="utf-8") for kind in Kind)

"""The messages that the guide to mapping shows are those that are printed."""

import re
from collections.abc import Callable

import pytest

from connectors.spreadsheet.values.cells import UnreadableError
from connectors.spreadsheet.values.dates import DateStyle, read_date
from connectors.spreadsheet.values.durations import Workday, read_duration
from connectors.spreadsheet.values.numbers import read_number, read_percent
from connectors.spreadsheet.values.words import HEALTHS, read_person, read_word
from tests.docs.examples import ROOT

PAGE = ROOT / "docs" / "guides" / "mapping.md"
READ: list[Callable[[], object]] = [
    lambda: read_date("04/05/2027", DateStyle()),
    lambda: read_date("soon", DateStyle()),
    lambda: read_date("Q3 2026", DateStyle()),
    lambda: read_date("4.3.26", DateStyle()),
    lambda: read_number("1.234", None),
    lambda: read_duration(3, None, Workday()),
    lambda: read_percent(0.5, None, None),
    lambda: read_person("Jane & Joe"),
    lambda: read_word("Purple", HEALTHS, "health"),
]


@pytest.mark.parametrize("number", range(len(READ)))
def test_a_message_of_quarantine_is_shown_as_it_is_printed(number: int) -> None:
    shown = re.findall(
        r"^\| `(.+)` \| ", PAGE.read_text(encoding="utf-8").partition("## What quarantine says")[2], re.MULTILINE
    )
    with pytest.raises(UnreadableError) as refused:
        READ[number]()
    assert refused.value.reason in shown

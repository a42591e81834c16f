"""Charts take the page's colours: every code stands for one token, with the value that the style sheet gives it."""

import re
from importlib.resources import files

from pmohub.reports.theme import TOKENS


def test_no_two_tokens_share_a_colour() -> None:
    assert len(set(TOKENS.values())) == len(TOKENS)


def test_the_tokens_are_those_of_the_style_sheet() -> None:
    css = (files("pmohub.reports") / "templates" / "pmohub.css").read_text(encoding="utf-8")
    light = dict(reversed(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", css)))
    assert {name: light[name] for name in TOKENS} == dict(TOKENS)

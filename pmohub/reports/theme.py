"""Altair theme and SVG renderer: quiet charts that follow the page's colour scheme without a script.

The theme paints with the light scheme's hex codes, and `render_svg` swaps each for `var(--token, #hex)`. Inline in a
page the chart takes its colours from pmohub.css in either scheme and in print; alone, the fallback hex shows.
"""

import itertools
import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import vl_convert

TOKENS: Mapping[str, str] = {
    "paper": "#ffffff",
    "wash": "#f6f6f3",
    "ink": "#1a1c1f",
    "ink-2": "#4d525a",
    "ink-3": "#62676f",
    "line": "#dfdfd9",
    "line-2": "#83878d",
    "grid": "#e9e9e5",
    "accent": "#2350b0",
    "mark": "#5d636b",
    "mark-2": "#9da1a6",
    "mark-3": "#c9cbcc",
    "mark-4": "#e3e3df",
    "red": "#ad1f1e",
    "red-fill": "#cc2d29",
    "amber-fill": "#c47b00",
    "green-fill": "#17906c",
}
"""Light-scheme hex codes of pmohub.css by token; each is unique, or the swap would be ambiguous (a test holds it)."""

FONT = "Liberation Sans, Arial, sans-serif"
"""Measured with a font of Arial's widths; on the page the text takes the page's own."""
TEXT_PX = 11.5
"""Nothing in a chart is smaller than 11 px."""
_serial = itertools.count(1)


def colour(token: str) -> str:
    """Give the hex code that stands for a token while a chart is being built."""
    return TOKENS[token]


def config() -> dict[str, Any]:
    """Give the Vega-Lite configuration of every chart."""
    axis = {
        "labelColor": colour("ink-2"),
        "titleColor": colour("ink-2"),
        "labelFont": FONT,
        "titleFont": FONT,
        "labelFontSize": TEXT_PX,
        "titleFontSize": TEXT_PX,
        "titleFontWeight": "normal",
        "labelPadding": 5,
        "domain": False,
        "ticks": False,
        "gridColor": colour("grid"),
        "gridWidth": 1,
        "titlePadding": 8,
        "labelLimit": 220,
    }
    return {
        "background": None,
        "font": FONT,
        "padding": {"left": 8, "right": 2, "top": 4, "bottom": 2},
        "view": {"stroke": None},
        "axis": axis,
        "axisX": {"grid": False, "domain": True, "domainColor": colour("line-2"), "labelAngle": 0},
        "axisY": {"tickCount": 4, "titleAngle": 0, "titleAlign": "left", "titleAnchor": "start"},
        "line": {"color": colour("mark"), "strokeWidth": 1.75, "strokeJoin": "round", "strokeCap": "round"},
        "bar": {"color": colour("mark"), "binSpacing": 1},
        "rule": {"color": colour("line-2"), "strokeWidth": 1},
        "point": {"color": colour("ink"), "filled": True, "size": 36},
        "text": {"font": FONT, "fontSize": TEXT_PX, "color": colour("ink-2")},
    }


def render_svg(chart: Any, *, title: str, desc: str, cls: str) -> str:
    """Render a chart to one `<svg>` to stand inline. Its data must be in it: nothing is ever loaded."""
    svg = vl_convert.vegalite_to_svg(chart.to_dict(), config=config(), allowed_base_urls=[], show_warnings=False)
    return _adopted(svg, title=title, desc=desc, cls=cls)


def render_figure(chart_at: Callable[[int], Any], *, wide: int, narrow: int, title: str, desc: str) -> str:
    """Render both widths (px) of one chart; the style sheet shows the one that fits, so its text never shrinks."""
    pair = (("chart wide", wide), ("chart narrow", narrow))
    return "".join(render_svg(chart_at(width), title=title, desc=desc, cls=cls) for cls, width in pair)


def _adopted(svg: str, *, title: str, desc: str, cls: str) -> str:
    """Give the drawing ids of its own, the page's font, the page's colours and one accessible name."""
    serial = f"c{next(_serial)}"
    head, _, body = svg.partition(">")
    attributes = dict(re.findall(r'(\w+)="([^"]*)"', head))
    body = re.sub(r'\s(?:aria-[\w-]+|role|font-family)="[^"]*"', "", body)
    body = re.sub(r'\bid="', f'id="{serial}-', body)
    body = re.sub(r"url\(#", f"url(#{serial}-", body)
    for name, code in TOKENS.items():
        body = re.sub(rf'="{code}"', f'="var(--{name},{code})"', body, flags=re.IGNORECASE)
    size = " ".join(f'{name}="{attributes[name]}"' for name in ("width", "height", "viewBox"))
    return (
        f'<svg class="{escape(cls)}" xmlns="http://www.w3.org/2000/svg" role="img"'
        f' aria-labelledby="{serial}-t {serial}-d" {size}>'
        f'<title id="{serial}-t">{escape(title)}</title><desc id="{serial}-d">{escape(desc)}</desc>{body}'
    )

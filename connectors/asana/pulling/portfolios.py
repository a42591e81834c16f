"""Portfolios: which projects are in each, and which of those that the configuration names are not to be seen."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from canonical.problems import Problem
from connectors.asana.client.api import LACKING
from connectors.asana.client.connection import JSON
from connectors.asana.opening import Opened, unmatched_names
from connectors.http import CallError

Members = Callable[[Sequence[JSON]], Iterable[tuple[JSON, list[JSON]]]]
"""Gives what is in each of some portfolios."""


def walk(portfolios: Iterable[JSON], members: Members) -> Iterator[tuple[JSON, list[JSON]]]:
    """Give each portfolio with what is in it, those within others after these, none twice."""
    met: set[str] = set()
    level = portfolios
    while level := [raw for raw in level if raw.get("gid") and str(raw["gid"]) not in met]:
        met |= {str(raw["gid"]) for raw in level}
        below: list[JSON] = []
        for portfolio, items in members(level):
            below += [item for item in items if item.get("resource_type") == "portfolio"]
            yield portfolio, items
        level = below


def unmatched_portfolios(opened: Opened, seen: Sequence[JSON]) -> Iterator[Problem]:
    """Say which portfolios of the configuration are not among those that are seen.

    Asana lists to a person those that this person owns, to a service account all
    (https://developers.asana.com/reference/getportfolios).
    """
    not_done = "No project gets its name as its portfolio."
    yield from unmatched_names(opened, "portfolios", seen, not_done, "make the account the portfolio's owner")


def missing_portfolios(opened: Opened) -> Iterator[Problem]:
    """Look for the portfolios that the configuration names; where the plan has none, that is not told here.

    Raises:
        ToolError: Asana does not answer, or shows no project that is meant.
    """
    if not {*opened.meant.options.portfolios} - {"*"}:
        return
    seen: list[JSON] = []

    def items_of(level: Sequence[JSON]) -> Iterator[tuple[JSON, list[JSON]]]:
        yield from ((raw, opened.client.portfolio_items(str(raw["gid"]))) for raw in level)

    for workspace, raws in opened.listed.meant.items():
        try:
            listed = opened.client.portfolios(workspace, ("name",)) if raws else []
            seen += [portfolio for portfolio, _ in walk(listed, items_of)]
        except CallError as error:
            if error.status not in LACKING:
                raise
            return
    yield from unmatched_portfolios(opened, seen)

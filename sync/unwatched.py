"""Places where a team's edit in the moment of writing would go unnoticed: no directive department is written there."""

from collections import Counter
from collections.abc import Iterable, Sequence

from canonical.problems import Problem, Weight
from canonical.vocabulary import PmoMode
from rules.wanted import Wanted


def without_unwatched(wanted: Iterable[Wanted]) -> tuple[list[Wanted], list[Problem]]:
    """Give what may be proposed, and say of the rest, once for each place, why it never is."""
    free: list[Wanted] = []
    barred: list[Wanted] = []
    for one in wanted:
        (barred if one.unwatched and one.mode is PmoMode.DIRECTIVE else free).append(one)
    return free, _told(barred)


def _told(barred: Sequence[Wanted]) -> list[Problem]:
    places = Counter((one.connector, str(one.entity), one.field, one.carrier) for one in barred)
    return [_never_written(*place, number) for place, number in sorted(places.items())]


def _never_written(connector: str, entity: str, field: str, carrier: str, number: int) -> Problem:
    return Problem(
        what=f"{field} cannot be written to {carrier} of {connector} in directive departments",
        where=f"template.{entity}.{field}.carrier: a team's edit in the moment of writing would go unnoticed there",
        not_done=f"{number:,} {'change is' if number == 1 else 'changes are'} not proposed.",
        next_step=f"Name a place of which {connector} keeps a history, or none.",
        weight=Weight.WARNING,
    )

"""More new deviations at once than usual are a question: often a tool or a mapping changed, and no team did."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import Connection, and_, func, select

from canonical.problems import Problem, Weight
from canonical.schema.governance import deviation
from canonical.vocabulary import Severity

LOOKED_AT = timedelta(days=30)
"""How far back one looks for what is usual."""
KNOWN_FROM = 5
"""On how many days at least something must have been found, before anything counts as usual."""

NEW = and_(deviation.c.legacy.is_(False), deviation.c.severity != Severity.INFO.value)


@dataclass(frozen=True, slots=True)
class JumpLimits:
    """How many deviations one evaluation may open: `number` (None: any), and `factor` times what a day usually brings.

    The factor counts beyond `few` only. What was already so when a standard was switched on counts
    nowhere, and neither does what is only worth knowing (severity info).
    """

    number: int | None = None
    factor: float = 3.0
    few: int = 20


def jump(connection: Connection, run_id: str, at: datetime, limits: JumpLimits) -> Problem | None:
    """Say in words that an evaluation opened implausibly many deviations; None when it did not."""
    of_now = deviation.c.opened_at == at
    found = connection.execute(select(func.count()).where(NEW, of_now).select_from(deviation)).scalar_one()
    days = _by_day(_opened(connection, at))
    usual = median(days.values()) if len(days) >= KNOWN_FROM else None
    if limits.number is not None and found > limits.number:
        return _problem(run_id, found, f"at most {limits.number:,} are let through")
    if usual is not None and found > limits.few and found > limits.factor * usual:
        return _problem(run_id, found, f"on the last {len(days)} days that brought any it was {usual:,.0f} a day")
    return None


def _opened(connection: Connection, until: datetime) -> list[tuple[datetime, int]]:
    earlier = (deviation.c.opened_at > until - LOOKED_AT, deviation.c.opened_at < until)
    counted = select(deviation.c.opened_at, func.count()).where(NEW, *earlier).group_by(deviation.c.opened_at)
    return [(at, number) for at, number in connection.execute(counted)]


def _by_day(opened: Iterable[tuple[datetime, int]]) -> Counter[str]:
    days: Counter[str] = Counter()
    for at, number in opened:
        days[at.date().isoformat()] += number
    return days


def _problem(run_id: str, found: int, usual: str) -> Problem:
    return Problem(
        what=f"{found:,} deviations are new at once",
        where=f"evaluation {run_id[:8]}; {usual}",
        not_done="Until a person has looked, no message is sent and nothing is planned or written.",
        next_step="Look whether a tool, a mapping or a standard changed. If they are right, let them through:",
        commands=("pmohub deviations", f"pmohub runs accept {run_id[:8]}"),
        weight=Weight.WARNING,
    )

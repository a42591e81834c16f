"""Health as the figures have it, beside what the team reports and never in its place.

Limbs and limits: the schedule and milestone rows of the PMO's RAG table (docs/reference/metrics.md). Red if any limb is
red, amber if any is amber, green otherwise; with fewer than two limbs that can be judged it stays unset (grey).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pmohub.reports.portfolio.facts import Computed, Rag
from pmohub.reports.words import signed

GREEN_DAYS, GREEN_SHARE = 5, 0.05
AMBER_DAYS, AMBER_SHARE = 20, 0.10
LATE_MILESTONE = 10
"""Working days after which a single overdue milestone is red."""


@dataclass(frozen=True, slots=True)
class Limb:
    """One judged aspect, and the figure that decided."""

    health: Rag
    says: str


def schedule(slip: int | None, duration: int | None) -> Limb | None:
    """Judge the planned finish against the baseline.

    `slip` and `duration` (of the baseline) in working days; without a duration the fixed limits alone count. None
    without a slip: nothing to measure against.
    """
    if slip is None:
        return None
    says = f"finish {signed(slip)} wd" if slip else "finish on baseline"
    of = duration or 0
    if slip <= max(GREEN_DAYS, GREEN_SHARE * of):
        return Limb(Rag.GREEN, says)
    return Limb(Rag.AMBER if slip <= max(AMBER_DAYS, AMBER_SHARE * of) else Rag.RED, says)


def milestones(count: int, overdue: Sequence[int]) -> Limb | None:
    """Judge milestones: `overdue` holds the working days by which each open one is late. None without milestones."""
    if count == 0:
        return None
    if not overdue:
        return Limb(Rag.GREEN, "no milestone overdue")
    worst = max(overdue)
    says = f"{len(overdue)} milestone{'s' if len(overdue) > 1 else ''} overdue by up to {worst} wd"
    return Limb(Rag.AMBER if len(overdue) == 1 and worst <= LATE_MILESTONE else Rag.RED, says)


def computed(*limbs: Limb | None) -> Computed:
    """Take the worst limb, named."""
    judged = [limb for limb in limbs if limb is not None]
    if len(judged) < 2:
        return Computed(Rag.UNSET, "".join(f"one only, {limb.says}" for limb in judged) or "nothing to judge by")
    order = (Rag.RED, Rag.AMBER, Rag.GREEN)
    worst = min(judged, key=lambda limb: order.index(limb.health))
    return Computed(worst.health, worst.says)

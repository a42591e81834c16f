"""Health by the figures: the limits of each limb, and that too little to judge by is grey, never green."""

import pytest

from pmohub.reports.portfolio.facts import Rag
from pmohub.reports.portfolio.health import Limb, computed, milestones, schedule


@pytest.mark.parametrize(
    ("slip", "duration", "health"),
    [
        (0, 100, Rag.GREEN),
        (5, 20, Rag.GREEN),
        (6, 20, Rag.AMBER),
        (10, 200, Rag.GREEN),
        (11, 200, Rag.AMBER),
        (20, None, Rag.AMBER),
        (21, None, Rag.RED),
        (-30, 100, Rag.GREEN),
    ],
)
def test_schedule_is_judged_by_days_and_by_share(slip: int, duration: int | None, health: Rag) -> None:
    limb = schedule(slip, duration)
    assert limb is not None
    assert limb.health is health


def test_without_a_slip_the_schedule_is_not_judged() -> None:
    assert schedule(None, 100) is None


@pytest.mark.parametrize(
    ("overdue", "health"), [([], Rag.GREEN), ([10], Rag.AMBER), ([11], Rag.RED), ([1, 1], Rag.RED)]
)
def test_milestones_are_judged_by_number_and_lateness(overdue: list[int], health: Rag) -> None:
    limb = milestones(3, overdue)
    assert limb is not None
    assert limb.health is health


def test_no_milestones_are_no_limb() -> None:
    assert milestones(0, []) is None


def test_fewer_than_two_limbs_are_grey_and_say_what_they_have() -> None:
    assert computed(Limb(Rag.RED, "finish +63 wd"), None) == computed(None, Limb(Rag.RED, "finish +63 wd"))
    assert computed(Limb(Rag.RED, "finish +63 wd"), None).health is Rag.UNSET
    assert "finish +63 wd" in computed(Limb(Rag.RED, "finish +63 wd"), None).driver


def test_the_worst_limb_decides_and_is_named() -> None:
    verdict = computed(Limb(Rag.GREEN, "finish on baseline"), Limb(Rag.RED, "2 milestones overdue by up to 9 wd"))
    assert (verdict.health, verdict.driver) == (Rag.RED, "2 milestones overdue by up to 9 wd")

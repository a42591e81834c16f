"""What to propose for one template field of one item: a pure decision, under the department's PMO mode.

Before its gate nothing is asked, a team's value is never overwritten, what the team changed after the hub is left
alone, a hub-owned value is written when it differs, and nothing is sent without an approval.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from canonical.store.writebacks import WriteBack
from canonical.values import FieldValue, alike, shown, spelt_alike
from rules.template_fields import Owner, WriteWhen
from rules.wanted import Wanted
from sync.limits import Peaces
from sync.scheduling.quiet import blacked_out

REJECTED_FOR = timedelta(days=90)
"""How long a rejected value is not proposed again for the same item and field (mode table, situation 8)."""
APPROVED_FOR = timedelta(days=30)
"""How long an approval lasts that is not sent: what was right a month ago may not be."""


def still_approved(item: WriteBack, peaces: Peaces, now: datetime) -> bool:
    """Say whether an approval still holds; the time in which its department was blacked out does not count."""
    if item.approved_at is None:
        return False
    age = now - item.approved_at
    if item.department_id in peaces:
        age -= blacked_out(peaces[item.department_id], item.approved_at, now)
    return age < APPROVED_FOR


@dataclass(frozen=True, slots=True)
class Memory:
    """What happened before, by entity id and field: our last values, vetoes, and what was rejected when.

    `unread` are places that the hub wrote, or began to write, and has not read since: what the store holds of them is
    older than the write, so nothing follows from it.
    """

    ours: dict[tuple[str, str], FieldValue] = field(default_factory=dict)
    vetoes: dict[tuple[str, str], str] = field(default_factory=dict)
    rejected: dict[tuple[str, str, str], datetime] = field(default_factory=dict)
    unread: frozenset[tuple[str, str]] = frozenset()

    def leaving_out_what_moved_since(self, earlier: "Memory") -> "Memory":
        """Give this memory with the places unread that the hub wrote, took back or read between the two."""
        both = self.ours.keys() | earlier.ours.keys()
        moved = {at for at in both if at not in self.ours or at not in earlier.ours}
        moved |= {at for at in both - moved if not alike(self.ours[at], earlier.ours[at])}
        return replace(self, unread=self.unread | (earlier.unread ^ self.unread) | moved)


@dataclass(frozen=True, slots=True)
class Dispute:
    """A team changed what the hub had written: a veto from now on."""

    entity_id: str
    field: str
    reason: str


def decide(wanted: Wanted, memory: Memory, *, now: datetime) -> Wanted | Dispute | None:
    """Give the value to propose, a dispute to remember, or None when nothing is to be written.

    `wanted` comes back unchanged: the decision is whether, never what.
    """
    at = (wanted.entity_id, wanted.field)
    if alike(wanted.current, wanted.value) or at in memory.vetoes or wanted.write is WriteWhen.NEVER:
        return None
    if at in memory.unread or _holds_ours(wanted, memory):
        return None
    if at in memory.ours and not spelt_alike(memory.ours[at], wanted.current):
        written, found = shown(memory.ours[at]), shown(wanted.current) or "nothing"
        return Dispute(*at, f"the team changed it from “{written}”, as the hub wrote it, to “{found}”")
    if not _may_fill(wanted, memory):
        return None
    rejected_at = memory.rejected.get((*at, shown(wanted.value)))
    if rejected_at is not None and now - rejected_at < REJECTED_FOR:
        return None
    return wanted


def _holds_ours(wanted: Wanted, memory: Memory) -> bool:
    """Say whether it holds what the hub wrote, as the tool spells it, and nothing else is wanted now."""
    at = (wanted.entity_id, wanted.field)
    ours = memory.ours.get(at)
    return at in memory.ours and spelt_alike(ours, wanted.current) and spelt_alike(ours, wanted.value)


def _may_fill(wanted: Wanted, memory: Memory) -> bool:
    empty = wanted.current is None
    if wanted.write is WriteWhen.FIRST_FILL:
        return empty and (wanted.entity_id, wanted.field) not in memory.ours
    return empty or wanted.owner is Owner.HUB or wanted.tidies

"""How proposed changes are shown: grouped by connector, field and kind of change, each group once as a diff."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from canonical.ordering import natural
from pmohub.cli.output import Screen, count

if TYPE_CHECKING:
    from canonical.store.writebacks import Plan, WriteBack

MODES = {
    "supportive": "supportive: the team accepts",
    "controlling": "controlling: you approve",
    "directive": "directive: you approve",
}
SHOWN = 3
"""Different changes of a group that are shown; the rest is counted."""
NAMED = 4
"""Items of one change that are named."""
NOUNS = {"project": "project", "task": "task"}


def show_plan(out: Screen, plan: "Plan", *, everything: bool = False) -> None:
    """Print a plan's open changes in groups; `everything` names each change."""
    items = [item for item in plan.items if item.state.value in {"proposed", "approved"}]
    if not items:
        out.say("ok", "Nothing is to be written: no template field differs that may be written now.")
        return
    groups = _groups(items)
    out.line((f"{count(len(items), 'change')} in {count(len(groups), 'group')}.", "head"), " Nothing has been sent.")
    show_items(out, items, everything=everything)


def show_items(out: Screen, items: Iterable["WriteBack"], *, everything: bool = False) -> None:
    """Print changes grouped by connector and department, field and reason."""
    for (connector, mode), of_connector in groupby(_ordered(items), key=lambda one: (one.connector, one.mode.value)):
        out.line()
        out.line((connector, "head"), "  ", (MODES[mode], "dim"))
        for group in _groups(list(of_connector)):
            _show_group(out, group, everything=everything)


def _ordered(items: Iterable["WriteBack"]) -> list["WriteBack"]:
    return sorted(items, key=lambda one: (one.connector, one.mode.value, one.field, one.reason, natural(one.key or "")))


def _groups(items: Sequence["WriteBack"]) -> list[list["WriteBack"]]:
    def kind(one: "WriteBack") -> tuple[str, ...]:
        return (one.connector, one.mode.value, one.field, one.reason)

    return [list(group) for _, group in groupby(_ordered(items), key=kind)]


def _approved_under(group: Sequence["WriteBack"]) -> dict[str, int]:
    """Count what is approved, by the standing approval in whose name; people's own come first."""
    under = Counter(one.policy for one in group if one.state.value == "approved")
    ordered = sorted(under, key=lambda policy: policy or "")
    return {f" under the standing approval {one}" if one else "": under[one] for one in ordered}


def _show_group(out: Screen, group: Sequence["WriteBack"], *, everything: bool) -> None:
    from canonical.values import shown

    first = group[0]
    noun = NOUNS.get(first.entity.value, first.entity.value)
    note = "".join(f"; {number:,} approved{under}" for under, number in _approved_under(group).items())
    out.line(f"{first.carrier}, {count(len(group), noun)}", "  ", (first.reason + note, "dim"), indent=2)
    alike = Counter(item.called for item in group)
    sets = [[item] for item in group] if everything else _same_changes(group)
    for items in sets if everything else sets[:SHOWN]:
        names = [item.called if alike[item.called] == 1 else item.external_id for item in items]
        more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
        out.line(f"{', '.join(names[:NAMED])}{more}", indent=4)
        out.line((f"- {shown(items[0].before) or '(empty)'}", "cut"), indent=6)
        out.line((f"+ {shown(items[0].after) or '(empty)'}", "add"), indent=6)
    if not everything and len(sets) > SHOWN:
        out.line(f"and {sum(len(items) for items in sets[SHOWN:]):,} more", indent=4)


def _same_changes(group: Sequence["WriteBack"]) -> list[list["WriteBack"]]:
    """Put together what changes from the same value into the same, in the order of the group."""
    alike: dict[tuple[object, object], list[WriteBack]] = {}
    for item in group:
        alike.setdefault((item.before, item.after), []).append(item)
    return list(alike.values())

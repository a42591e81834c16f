"""The words of a digest: what is new since the last one, grouped by project, the oldest first, a few lines at most.

Source of the form: the house's rules for messages (grouped, oldest first, at most seven lines, then how many more; each
with its next step and a link into the team's own tool; what was mended is said too; no exclamation marks).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from canonical.store.told import Told
from canonical.vocabulary import PmoMode, Severity
from pmohub.notices.findings import DEVIATION, Finding
from rules.deviations import WEIGHT

LINES = 7


@dataclass(frozen=True, slots=True)
class Notice:
    """A message. `tokens`: what its recipient is told by it, by matter; `over`: matters to be forgotten with it."""

    subject: str
    text: str
    tokens: Mapping[str, str]
    over: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class News:
    """What a recipient has not been told: opened or reopened ones, graver ones, and how many were mended."""

    opened: Sequence[Finding]
    worse: Sequence[Finding]
    mended: frozenset[str]
    last: datetime | None

    @property
    def all(self) -> list[Finding]:
        """Everything new, the oldest first."""
        return sorted((*self.opened, *self.worse), key=lambda one: (one.first_seen_at, one.number))


def news(found: Sequence[Finding], told: Mapping[str, Told], resolved: frozenset[str]) -> News:
    """Hold the open deviations of a recipient against what was told."""
    earlier = {matter: one for matter, one in told.items() if matter.startswith(DEVIATION)}
    opened = [one for one in found if _since(earlier.get(one.matter)) != one.since.isoformat()]
    known = [one for one in found if _since(earlier.get(one.matter)) == one.since.isoformat()]
    worse = [one for one in known if one.weight < _weight(earlier[one.matter])]
    last = max((one.at for one in earlier.values()), default=None)
    return News(opened, worse, resolved & earlier.keys(), last)


def digest(told_of: News, *, totals_only: frozenset[str] = frozenset(), since: str = "") -> Notice | None:
    """Put the news into words; None when nothing opened, reopened or became worse.

    `totals_only` are departments whose deviations are counted and not listed; `since` is the day of the last
    digest in words.
    """
    found = told_of.all
    if not found:
        return None
    listed = [one for one in found if one.department_id not in totals_only]
    projects = {one.project for one in found}
    number = f"{len(found):,} {'deviation' if len(found) == 1 else 'deviations'}"
    where = next(iter(projects)) or "no project" if len(projects) == 1 else f"{len(projects):,} projects"
    parts = ["\n".join(_opening(told_of, since)), *_projects(listed), *_totals(found, totals_only)]
    return Notice(
        subject=f"{number} to look at in {where}",
        text="\n\n".join(parts) + "\n",
        tokens={one.matter: one.token for one in found},
        over=told_of.mended,
    )


def _opening(told_of: News, since: str) -> Iterator[str]:
    counted = {"new": len(told_of.opened), "graver": len(told_of.worse), "mended": len(told_of.mended)}
    words = ", ".join(f"{number:,} {name}" for name, number in counted.items() if number)
    yield f"Since {since}: {words}." if since else f"{words[0].upper()}{words[1:]}."
    if told_of.mended:
        yield "Thank you for what was mended."


def _projects(listed: Sequence[Finding]) -> Iterator[str]:
    """Group the first lines by project, the one with the oldest first."""
    shown = listed[:LINES]
    order = {one.project: number for number, one in reversed(list(enumerate(shown)))}
    ordered = sorted(shown, key=lambda one: order[one.project])
    for name, ones in groupby(ordered, key=lambda one: one.project):
        mine = list(ones)
        owner = mine[0].owner
        title = f"{name or 'Without a project'}{f', {owner.name}' if owner else ''}"
        yield "\n".join([title, *(_line(one) for one in mine)])
    if len(listed) > LINES:
        yield f"and {len(listed) - LINES:,} more"


def _line(one: Finding) -> str:
    advice = "advice" if one.mode is PmoMode.SUPPORTIVE else one.severity.value
    sentences = " ".join(filter(None, (_ended(one.message), _ended(one.remedy))))
    return f"- {advice}: {sentences}{f' {one.url}' if one.url else ''}"


def _ended(text: str) -> str:
    return text if not text or text.endswith((".", "?", ":")) else f"{text}."


def _totals(found: Sequence[Finding], totals_only: frozenset[str]) -> Iterator[str]:
    counted = [one for one in found if one.department_id in totals_only]
    for name, ones in groupby(sorted(counted, key=lambda one: one.department or ""), key=lambda one: one.department):
        number = len(list(ones))
        yield f"{name}: {number:,} as advice to its teams"


def _since(told: Told | None) -> str:
    return told.token.partition(" ")[0] if told else ""


def _weight(told: Told) -> int:
    return WEIGHT[Severity(told.token.partition(" ")[2])]

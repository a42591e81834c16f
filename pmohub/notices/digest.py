"""The words of a digest: what is new since the last one, grouped by project, the oldest first, a few lines at most.

Source of the form: the house's rules for messages (grouped, oldest first, at most seven lines, then how many more; each
with its next step and a link into the team's own tool; what was mended is said too; no exclamation marks).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby
from zoneinfo import ZoneInfo

from canonical.ordering import natural
from canonical.vocabulary import PmoMode
from pmohub.notices.findings import Finding

LINES = 7


class Tone(StrEnum):
    """How a message is marked where it arrives, the gravest first; the words are Apprise's."""

    FAILURE = "failure"
    WARNING = "warning"
    INFO = "info"
    SUCCESS = "success"


@dataclass(frozen=True, slots=True)
class Notice:
    """A message. `tokens`: what its recipient is told by it, by matter; `over`: matters to be forgotten with it."""

    subject: str
    text: str
    tokens: Mapping[str, str]
    over: frozenset[str] = frozenset()
    tone: Tone = Tone.INFO


@dataclass(frozen=True, slots=True)
class News:
    """What a recipient has not been told: opened or reopened ones, graver ones, and which were mended."""

    found: Sequence[Finding]
    mended: frozenset[str]

    def ordered(self, zone: ZoneInfo) -> list[Finding]:
        """Everything new: the longest known first, by the day; of one day the gravest, then by project."""
        return sorted(self.found, key=lambda one: _order(one, zone))


def _order(one: Finding, zone: ZoneInfo) -> tuple[date, int, list[tuple[int, str]], int]:
    return one.first_seen_at.astimezone(zone).date(), one.weight, natural(one.project or ""), one.number


def digest(told_of: News, zone: ZoneInfo, *, totals_only: frozenset[str] = frozenset(), since: str = "") -> Notice:
    """Put the news into words.

    `totals_only` are departments whose deviations are counted and not listed; `since` is the day of the last
    digest in words.
    """
    found = told_of.ordered(zone)
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
    opened = sum(one.opened_anew for one in told_of.found)
    counted = {"new": opened, "graver": len(told_of.found) - opened, "mended": len(told_of.mended)}
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

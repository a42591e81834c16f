"""Statuses, yes and no, people and other words, as typed in English and German."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import TypeVar, cast

from canonical.vocabulary import (
    Activity,
    ApprovalState,
    Delivery,
    Health,
    Phase,
    ProjectStatus,
    StatusCategory,
    TaskKind,
)
from connectors.spreadsheet.values.cells import Broken, Cell, UnreadableError, as_text, fold

Word = TypeVar("Word", bound=Enum)

TASK_STATUSES: Mapping[StatusCategory, str] = {
    StatusCategory.TODO: "todo, to do, open, new, not started, planned, backlog, pending, waiting, scheduled, "
    "offen, neu, "
    "nicht begonnen, geplant, ausstehend, nicht gestartet, ready, 0 percent",
    StatusCategory.IN_PROGRESS: "in progress, started, doing, active, ongoing, wip, work in progress, "
    "in review, review, "
    "on hold, blocked, delayed, late, in arbeit, in bearbeitung, begonnen, gestartet, aktiv, laufend, lauft, pausiert, "
    "blockiert, testing, in test, verspatet, at risk, on track",
    StatusCategory.DONE: "done, complete, completed, finished, closed, resolved, delivered, fertig, erledigt, "
    "abgeschlossen, beendet, geschlossen, ok, 100 percent",
    StatusCategory.CANCELLED: "cancelled, canceled, dropped, rejected, won t do, obsolete, abandoned, storniert, "
    "abgebrochen, entfallen, verworfen, abgelehnt, gestrichen",
}
PROJECT_STATUSES: Mapping[ProjectStatus, str] = {
    ProjectStatus.PROPOSED: "proposed, idea, proposal, requested, candidate, vorgeschlagen, idee, antrag, beantragt",
    ProjectStatus.PLANNED: "planned, planning, approved, not started, scheduled, in planning, geplant, in planung, "
    "planung, genehmigt, nicht begonnen",
    ProjectStatus.ACTIVE: "active, in progress, running, ongoing, started, execution, open, aktiv, laufend, lauft, "
    "in arbeit, in bearbeitung, in umsetzung, umsetzung, on track, at risk, offen",
    ProjectStatus.ON_HOLD: "on hold, paused, stopped, suspended, waiting, blocked, pausiert, ruhend, gestoppt, "
    "angehalten",
    ProjectStatus.COMPLETED: "completed, complete, done, closed, finished, delivered, abgeschlossen, fertig, beendet, "
    "erledigt",
    ProjectStatus.CANCELLED: "cancelled, canceled, rejected, abandoned, abgebrochen, storniert, eingestellt, abgelehnt",
}
HEALTHS: Mapping[Health, str] = {
    Health.GREEN: "green, g, on track, gruen, grun, ok, good, gut, 🟢",
    Health.AMBER: "amber, a, yellow, y, at risk, gelb, orange, warning, attention, kritisch beobachten, 🟡, 🟠",
    Health.RED: "red, r, off track, rot, critical, kritisch, late, bad, 🔴",
}
PHASES: Mapping[Phase, str] = {
    Phase.INITIATION: "initiation, initiating, initiate, start, idea, concept, initiierung, konzept, idee, vorprojekt",
    Phase.PLANNING: "planning, plan, design, planung, definition, konzeption",
    Phase.EXECUTION: "execution, executing, implementation, build, delivery, realisation, umsetzung, durchfuhrung, "
    "realisierung, ausfuhrung",
    Phase.MONITORING: "monitoring, monitoring and controlling, controlling, test, testing, uberwachung, steuerung",
    Phase.CLOSING: "closing, closure, close, closed, handover, abschluss, ubergabe",
}
KINDS: Mapping[TaskKind, str] = {
    TaskKind.EPIC: "epic, epos, workstream, phase, summary, sammelvorgang, arbeitspaket, work package",
    TaskKind.STORY: "story, user story",
    TaskKind.TASK: "task, aufgabe, vorgang, activity, aktivitat, action, massnahme",
    TaskKind.SUBTASK: "subtask, sub task, unteraufgabe, teilaufgabe, teilvorgang",
    TaskKind.BUG: "bug, defect, fehler, issue",
    TaskKind.MILESTONE: "milestone, meilenstein, ms, gate",
}
APPROVALS: Mapping[ApprovalState, str] = {
    ApprovalState.DRAFT: "draft, open, entwurf, offen, new, neu, not submitted",
    ApprovalState.SUBMITTED: "submitted, pending, waiting, eingereicht, in prufung, zur freigabe",
    ApprovalState.APPROVED: "approved, yes, ok, x, genehmigt, freigegeben, ja, accepted, released",
    ApprovalState.REJECTED: "rejected, declined, no, abgelehnt, nein, zuruckgewiesen",
}
DELIVERIES: Mapping[Delivery, str] = {
    Delivery.PROJECT: "project, projekt",
    Delivery.CONTINUOUS: "continuous, product, service, operations, bau, run, line, linie, produkt, betrieb, laufend",
}
YES = frozenset({"yes", "y", "true", "1", "x", "ja", "j", "wahr", "oui", "on", "active", "aktiv", "billable", "ok"})
NO = frozenset(
    {"no", "n", "false", "0", "nein", "falsch", "non", "off", "inactive", "inaktiv", "left", "ausgeschieden"}
)
YES_SIGNS, NO_SIGNS = frozenset("✓✔☑✅"), frozenset("✗✘☐❌")
MAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")


@lru_cache(maxsize=64)
def _by_word(listed: tuple[tuple[Enum, str], ...]) -> dict[str, Enum]:
    return {sign_or_fold(word): meaning for meaning, words in listed for word in (meaning.value, *words.split(", "))}


def sign_or_fold(text: str) -> str:
    """Reduce a word as `fold` does; a text of signs only stays as it is."""
    return fold(text) or text.strip()


def meaning(cell: Cell, words: Mapping[Word, str]) -> Word | None:
    """Give what a word means, None when it is not known.

    Raises:
        UnreadableError: the cell is broken.
    """
    if isinstance(cell, Broken):
        raise cell.refuse()
    # The table's values are of the type that its keys are.
    return cast("Word | None", _by_word(tuple(words.items())).get(sign_or_fold(as_text(cell))))


def read_word(cell: Cell, words: Mapping[Word, str], what: str) -> Word:
    """Give what a word means.

    Raises:
        UnreadableError: the word is not known.
    """
    found = meaning(cell, words)
    if found is None:
        allowed = ", ".join(str(word.value) for word in words)
        raise UnreadableError(
            reason=f"{as_text(cell)!r} is not a {what} that is known.", remedy=f"Type one of {allowed}."
        )
    return found


def read_bool(cell: Cell) -> bool:
    """Read yes or no.

    Raises:
        UnreadableError: it is neither.
    """
    match cell:
        case bool():
            return cell
        case Broken():
            raise cell.refuse()
    text = as_text(cell)
    word = sign_or_fold(text)
    if word in YES or text in YES_SIGNS:
        return True
    if word in NO or text in NO_SIGNS:
        return False
    raise UnreadableError(reason=f"{text!r} is neither yes nor no.", remedy="Type yes or no.")


def read_activity(cell: Cell) -> Activity:
    """Read whether a person is still there; a date of leaving is not understood here."""
    return Activity.YES if read_bool(cell) else Activity.NO


@dataclass(frozen=True, slots=True)
class TypedPerson:
    """A person as typed: a name, an e-mail or both."""

    name: str | None
    email: str | None

    @property
    def ref(self) -> str:
        """How records name the person; an address keeps the name that stands with it."""
        if self.email and self.name:
            return f"email:{self.name} <{self.email}>"
        return f"email:{self.email}" if self.email else f"name:{self.name}"


def without_name(ref: str) -> str:
    """Give the reference to a person by the address alone, where there is one."""
    return f"email:{ref[ref.rindex('<') + 1 : -1]}" if ref.startswith("email:") and ref.endswith(">") else ref


def read_person(cell: Cell) -> TypedPerson:
    """Read one person.

    Raises:
        UnreadableError: several people, or no name at all.
    """
    if isinstance(cell, Broken):
        raise cell.refuse()
    return _person(as_text(cell))


@lru_cache(maxsize=4096)
def _person(text: str) -> TypedPerson:
    if not any(c.isalpha() for c in text):
        raise UnreadableError(reason=f"{text!r} is not a person.", remedy="Type a name or an e-mail address.")
    mails = MAIL.findall(text)
    if len(mails) > 1 or re.search(r"[;\n/&]|\b(?:und|and)\b", MAIL.sub("", text)):
        raise UnreadableError(
            reason=f"{text!r} is more than one person.",
            remedy="Name the one who answers for it; others go into a custom field.",
        )
    if not mails:
        return TypedPerson(" ".join(text.split()), None)
    rest = text.replace(mails[0], " ").replace("mailto:", " ").strip(" <>()[],;\"'")
    return TypedPerson(" ".join(rest.split()) or None, mails[0].casefold())

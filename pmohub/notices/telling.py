"""Who is told what now: one digest a day at most, never in quiet hours, nothing while a result is held back.

A notice is noted as told after it was taken by the other side: one that is killed between the two comes twice, none is
lost.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from canonical.database import reading, writing
from canonical.problems import Problem, ProblemError, problems_of
from canonical.store.holds import holds
from canonical.store.told import forget, last_told, note_told, told_to
from canonical.vocabulary import PmoMode
from connectors.secrets import Secret
from pmohub.composition import Hub, peaces
from pmohub.config.model import About, ChannelTable
from pmohub.notices.channels import send
from pmohub.notices.digest import News, Notice, digest
from pmohub.notices.findings import DEVIATION, Audience, Finding, is_anything_new, mended, news_for
from pmohub.notices.operations import matters, notice
from pmohub.notices.unchanged import fingerprint, is_unchanged, note_unchanged
from pmohub.standing_approvals import overview
from pmohub.syncing import holder
from sync.hub import PATIENCE
from sync.leases import held
from sync.scheduling.quiet import may_tell

LEASE = "notices"
MANAGERS = ("notifications", "managers")
CHANNELS = ("notifications", "channels")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to tell. `name` is shown, `address` where Apprise's is kept, `to` a person's own e-mail."""

    name: str
    address: Secret
    option: tuple[str, ...]
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A notice that its recipient should have now."""

    recipient: Recipient
    notice: Notice


@dataclass(slots=True)
class Telling:
    """What was sent, and in words what was in the way of the rest."""

    sent: list[Due] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def is_set_up(hub: Hub) -> bool:
    """Say whether the configuration has anybody told anything."""
    table = hub.configuration.notifications
    return table.managers is not None or bool(table.channels)


def tell(hub: Hub) -> Telling:
    """Send what is due now.

    Raises:
        LeaseHeldError: another process is telling.
    """
    done = Telling()
    if not is_set_up(hub):
        return done
    look = _Round(hub, hub.now())
    if next(look.due(), None) is None:  # the lease costs more than to see that there is nothing
        look.remember()
        return done
    with held(hub.engine, LEASE, holder(), wait=PATIENCE):
        for due in waiting(hub):
            try:
                _send(hub, due)
            except ProblemError as error:
                done.problems += problems_of(error)
            else:
                done.sent.append(due)
    return done


def waiting(hub: Hub) -> list[Due]:
    """Give the notices that would be sent now. Sends nothing."""
    return list(_Round(hub, hub.now()).due()) if is_set_up(hub) else []


def _send(hub: Hub, due: Due) -> None:
    where = hub.configuration.source.where(due.recipient.option)
    address = due.recipient.address.read(hub.configuration.folder, where=where)
    send(address, due.notice, name=due.recipient.name, where=where, to=due.recipient.to)
    with writing(hub.engine) as connection:
        note_told(connection, due.recipient.name, due.notice.tokens, hub.now())
        forget(connection, due.recipient.name, due.notice.over)


class _Round:
    """What there is to tell at one moment."""

    def __init__(self, hub: Hub, now: datetime) -> None:
        self.hub = hub
        self.now = now
        self.today = self._local(now).date()
        self.table = hub.configuration.notifications
        self.held = bool(holds(hub.engine))
        self.asleep, self.hushed = self._at_peace()
        self.state, self.is_anything_new = "", False

    def due(self) -> Iterator[Due]:
        who = {name: Recipient(name, one.address, (*CHANNELS, name)) for name, one in self.table.channels.items()}
        rooms = {name: one for name, one in self.table.channels.items() if one.about is not About.OPERATIONS}
        for name, recipient in who.items():
            if name not in rooms:
                yield from self._operations(recipient)
        if self.held or not (rooms or self.table.managers) or self._is_unchanged():
            return
        for name, channel in rooms.items():
            yield from self._room(who[name], channel)
        if self.table.managers is not None:
            yield from self._managers(self.table.managers)

    def remember(self) -> None:
        """Note, where nothing was new to anybody, that it was so; the next one need not look as closely then."""
        if self.state and not self.is_anything_new:
            with writing(self.hub.engine) as connection:
                note_unchanged(connection, self.state, self.now)

    def _is_unchanged(self) -> bool:
        with reading(self.hub.engine) as connection:
            facts = self.hub.configuration.version, sorted(self.asleep), sorted(self.hushed)
            state = fingerprint(connection, self.today, *facts)
            unchanged = is_unchanged(connection, state)
        self.state = "" if unchanged else state
        return unchanged

    def _is_new(self, connection: Connection, to: Audience) -> bool:
        found = is_anything_new(connection, to)
        self.is_anything_new |= found
        return found

    def _operations(self, who: Recipient) -> Iterator[Due]:
        hub = self.hub
        found = list(matters(hub.engine, hub.configuration.connectors, self.now, hub.timezone, overview(hub)))
        with reading(self.hub.engine) as connection:
            new = notice(found, told_to(connection, who.name))
        if new is not None:
            yield Due(who, new)

    def _room(self, who: Recipient, channel: ChannelTable) -> Iterator[Due]:
        to = self._audience(channel=who.name, lightest=channel.severity, departments=channel.departments)
        with reading(self.hub.engine) as connection:
            if not self._is_new(connection, to):
                return
            last = last_told(connection, DEVIATION, who.name).get(who.name)
            found = [] if self._is_today(last) else list(news_for(connection, to))
            over = mended(connection, who.name) if found else frozenset()
        if found:
            # Supportive departments, whose deviations are theirs, unless the channel asks for them by name.
            supportive = {one.department_id or "" for one in found if one.mode is PmoMode.SUPPORTIVE}
            yield Due(who, self._digest(found, over, last, frozenset(supportive - set(channel.departments))))

    def _managers(self, mailbox: Secret) -> Iterator[Due]:
        by_email: dict[str, list[Finding]] = {}
        with reading(self.hub.engine) as connection:
            if not self._is_new(connection, self._audience()):
                return
            last = last_told(connection, DEVIATION)
            had_theirs = frozenset(name for name, at in last.items() if self._is_today(at))
            for one in news_for(connection, self._audience(but=had_theirs)):
                if one.owner is not None and one.owner.email is not None:
                    by_email.setdefault(one.owner.email, []).append(one)
            over = {email: mended(connection, email) for email in by_email}
        for email, theirs in by_email.items():
            digest_of = self._digest(theirs, over[email], last.get(email))
            yield Due(Recipient(email, mailbox, MANAGERS, email), digest_of)

    def _digest(
        self,
        found: Sequence[Finding],
        over: frozenset[str],
        last: datetime | None,
        totals_only: frozenset[str] = frozenset(),
    ) -> Notice:
        day = self._local(last) if last else None
        since = f"{day:%a} {day.day} {day:%b}" if day else ""
        return digest(News(found, over), self.hub.timezone, totals_only=totals_only, since=since)

    def _audience(self, **narrowed: Any) -> Audience:
        return Audience(self.today, self.asleep, self.hushed, **narrowed)

    def _at_peace(self) -> tuple[frozenset[str], frozenset[str]]:
        """Name the departments that are told nothing now, and those that are told what is critical alone."""
        modes = {name: one.mode for name, one in self.hub.configuration.departments.items()}
        quiet = {
            name: peace
            for name, peace in peaces(self.hub.configuration).items()
            if not may_tell(peace, self.now, modes[name])
        }
        hushed = {name for name, peace in quiet.items() if may_tell(peace, self.now, modes[name], critical=True)}
        return frozenset(quiet.keys() - hushed), frozenset(hushed)

    def _is_today(self, moment: datetime | None) -> bool:
        """Say whether a digest sent then was today's; one from a clock that was ahead counts as such."""
        return moment is not None and self._local(moment).date() >= self.today

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.hub.timezone)

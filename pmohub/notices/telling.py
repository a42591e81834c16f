"""Who is told what now: one digest a day at most, never in quiet hours, nothing while a result is held back.

A notice is noted as told after it was taken by the other side: one that is killed between the two comes twice, none is
lost.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from canonical.database import reading, writing
from canonical.problems import Problem, ProblemError, problems_of
from canonical.store.holds import holds
from canonical.store.told import Told, forget, note_told, told_to
from canonical.vocabulary import PmoMode, Severity
from connectors.secrets import Secret
from pmohub.composition import Hub, peaces
from pmohub.config.model import About, ChannelTable
from pmohub.notices.channels import send
from pmohub.notices.digest import Notice, digest, news
from pmohub.notices.findings import Finding, findings, resolved
from pmohub.notices.operations import Matter, matters, notice
from pmohub.syncing import holder
from rules.deviations import WEIGHT
from sync.hub import PATIENCE
from sync.leases import held
from sync.scheduling.quiet import may_tell

LEASE = "notices"
MANAGERS = ("notifications", "managers")


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
        self.table = hub.configuration.notifications
        self.peaces = peaces(hub.configuration)
        self.held = bool(holds(hub.engine))
        with reading(hub.engine) as connection:
            self.open = [one for one in findings(connection) if self._speaks_of(one)]
            self.resolved = resolved(connection)

    def due(self) -> Iterator[Due]:
        for name, channel in self.table.channels.items():
            who = Recipient(name, channel.address, ("notifications", "channels", name))
            if channel.about is About.OPERATIONS:
                yield from _due(who, notice(self._matters(), self._told(who)))
            else:
                yield from self._digest(who, self._for_channel(channel), self._totals_only(channel))
        if self.table.managers is not None:
            for email, theirs in self._by_manager().items():
                yield from self._digest(Recipient(email, self.table.managers, MANAGERS, email), theirs, frozenset())

    def _digest(self, who: Recipient, found: Sequence[Finding], totals_only: frozenset[str]) -> Iterator[Due]:
        if self.held:
            return
        told_of = news(found, self._told(who), self.resolved)
        last = self._local(told_of.last) if told_of.last else None
        if last is None or last.date() < self._local(self.now).date():
            since = f"{last:%a} {last.day} {last:%b}" if last else ""
            yield from _due(who, digest(told_of, totals_only=totals_only, since=since))

    def _speaks_of(self, one: Finding) -> bool:
        """What was already so when its standard was switched on is no news, nor what somebody put off."""
        put_off = one.put_off_until is not None and one.put_off_until > self._local(self.now).date()
        peace = self.peaces.get(one.department_id or "")
        critical = one.is_integrity and one.severity is Severity.CRITICAL
        allowed = peace is None or may_tell(peace, self.now, one.mode, critical=critical)
        return allowed and not one.legacy and not put_off

    def _for_channel(self, channel: ChannelTable) -> list[Finding]:
        wanted = [one for one in self.open if one.weight <= WEIGHT[channel.severity]]
        return [one for one in wanted if not channel.departments or one.department_id in channel.departments]

    def _totals_only(self, channel: ChannelTable) -> frozenset[str]:
        """Name the supportive departments, whose deviations are theirs, unless the channel asks for them by name."""
        supportive = {one.department_id or "" for one in self.open if one.mode is PmoMode.SUPPORTIVE}
        return frozenset(supportive - set(channel.departments))

    def _by_manager(self) -> dict[str, list[Finding]]:
        by_email: dict[str, list[Finding]] = {}
        for one in self.open:
            if one.owner is not None and one.owner.email is not None:
                by_email.setdefault(one.owner.email, []).append(one)
        return by_email

    def _matters(self) -> list[Matter]:
        return list(matters(self.hub.engine, self.hub.configuration.connectors, self.now, self.hub.timezone))

    def _told(self, who: Recipient) -> dict[str, Told]:
        with reading(self.hub.engine) as connection:
            return told_to(connection, who.name)

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.hub.timezone)


def _due(who: Recipient, of: Notice | None) -> Iterator[Due]:
    if of is not None:
        yield Due(who, of)

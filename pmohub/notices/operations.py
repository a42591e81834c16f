"""What an admin is told: a tool that cannot be read and one that can again, what ends, a hold."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from canonical.problems import Problem
from canonical.store import Run, RunState
from canonical.store.connectors import ConnectorState, states
from canonical.store.holds import Hold, holds
from canonical.store.runs import last_ended
from canonical.store.told import Told
from pmohub.notices.digest import Notice, Tone
from pmohub.standing_approvals import Overview, State

FAILED = {RunState.FAILED, RunState.LOST}
SOON = (timedelta(days=14), timedelta(days=3), timedelta(0))
"""How long before a credential or a standing approval ends the admin is told, each time once."""


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing an admin should know. `token`: its state; another one is news."""

    name: str
    token: str
    title: str
    lines: Sequence[str]
    tone: Tone = Tone.WARNING

    @property
    def is_over(self) -> bool:
        """Say whether it is good news after trouble."""
        return self.tone is Tone.SUCCESS


def matters(
    engine: Engine,
    connectors: Iterable[str],
    now: datetime,
    zone: ZoneInfo,
    approvals: Iterable[Overview] = (),
) -> Iterator[Matter]:
    """Give what there is to know of the configured connectors, of standing approvals and of what is held back."""
    known = {one.id: one for one in states(engine)}
    for name in connectors:
        last = last_ended(engine, name)
        if last is not None:
            yield _reading(name, last, known.get(name), zone)
        if name in known:
            yield from _credential(known[name], now, zone)
    for one in approvals:
        yield from _approval(one, now, zone)
    yield from (_held(one) for one in holds(engine))


def notice(found: Sequence[Matter], told: Mapping[str, Told]) -> Notice | None:
    """Put what an admin was not told into words; None when that is nothing."""
    new = [one for one in found if (one.name in told if one.is_over else _token(told, one) != one.token)]
    if not new:
        return None
    return Notice(
        subject=new[0].title if len(new) == 1 else f"{new[0].title}, and {len(new) - 1} more",
        text="\n\n".join("\n".join([one.title, *one.lines]) for one in new) + "\n",
        tokens={one.name: one.token for one in new if not one.is_over},
        over=frozenset(one.name for one in new if one.is_over),
        tone=min((one.tone for one in new), key=list(Tone).index),
    )


def _token(told: Mapping[str, Told], matter: Matter) -> str | None:
    return told[matter.name].token if matter.name in told else None


def _reading(name: str, last: Run, known: ConnectorState | None, zone: ZoneInfo) -> Matter:
    if last.state not in FAILED:
        return Matter(f"connector:{name}", "", f"{name} is read again", (), Tone.SUCCESS)
    read = _day(known.last_success_at, zone) if known and known.last_success_at else "never"
    lines = [line for problem in last.note.problems[:1] for line in _told(problem)]
    lines.append(f"Last read in full: {read}.")
    return Matter(f"connector:{name}", "failing", f"{name} could not be read", lines, Tone.FAILURE)


def _credential(one: ConnectorState, now: datetime, zone: ZoneInfo) -> Iterator[Matter]:
    ends = one.credential_expires_at
    token = None if ends is None else _soon(ends, now)
    if ends is None or token is None:
        return
    verb = "ended" if ends <= now else "ends"
    lines = ("Put a new one where the configuration's reference points to; it is read at each run.",)
    tone = Tone.FAILURE if ends <= now else Tone.WARNING
    yield Matter(f"credential:{one.id}", token, f"The credential of {one.id} {verb} on {_day(ends, zone)}", lines, tone)


def _approval(one: Overview, now: datetime, zone: ZoneInfo) -> Iterator[Matter]:
    """Tell of one that is about to end, has ended, or whose approver has left; of one not begun say nothing."""
    name = f"standing_approval:{one.id}"
    if one.state is State.APPROVER_LEFT:
        lines = ("What it covered waits for an approval again.",)
        yield Matter(name, one.approved_by, f"The standing approval {one.id} ended: {one.approved_by} has left", lines)
        return
    ends = datetime.combine(one.expires + timedelta(days=1), time(), zone)
    token = _soon(ends, now) if one.state is not State.NOT_YET else None
    if token is not None:
        verb = "ended" if ends <= now else "ends"
        line = (
            f"{one.approved_by} gave it. Have it looked at and give it new days, or what it covers waits for a person."
        )
        last = f"{one.expires:%a} {one.expires.day} {one.expires:%b %Y}"
        tone = Tone.FAILURE if ends <= now else Tone.WARNING
        yield Matter(name, token, f"The standing approval {one.id} {verb} with {last}", (line,), tone)


def _soon(ends: datetime, now: datetime) -> str | None:
    """Give what tells the warnings about one end apart: another one when it comes nearer; None while it is far off."""
    passed = [span for span in SOON if ends - now <= span]
    return f"{ends.isoformat()} {min(passed).days}" if passed else None


def _held(one: Hold) -> Matter:
    return Matter(f"hold:{one.run_id}", "held", one.problem.what, list(_told(one.problem))[1:])


def _told(problem: Problem) -> Iterator[str]:
    yield problem.what
    yield from filter(None, (problem.where, problem.not_done, problem.next_step, *problem.commands))


def _day(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M}"

"""Standing approvals from the configuration's side: which there are, how long each holds, and which hold no longer."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import blake2b

from canonical.database import reading
from canonical.departures import departed
from canonical.problems import Problem, Weight
from canonical.store.connectors import unwatched
from pmohub.composition import Hub
from pmohub.config import Configuration
from pmohub.config.writing import StandingTable
from sync.standing_approvals import AUTOMATIC, StandingApproval


def standing(hub: Hub) -> list[StandingApproval]:
    """Give the standing approvals as configured, in the file's order, then the automatic one where it is switched on.

    One whose approver has left is none any more. A version is a digest of what is written, so that what was approved
    under other words is told apart.
    """
    table, left = hub.configuration.writeback, _departed(hub)
    found = [
        StandingApproval(
            id=one.id,
            version=blake2b(one.model_dump_json().encode(), digest_size=4).hexdigest(),
            approved_by=one.approved_by,
            max_changes=one.max_changes,
            fields=frozenset(one.fields),
            connectors=frozenset(one.connectors),
            departments=frozenset(one.departments),
            since=one.since,
            expires=one.expires,
        )
        for one in table.standing
        if one.approved_by not in left
    ]
    if table.automatic:
        with reading(hub.engine) as connection:
            left_alone = unwatched(connection)
        most = table.max_changes_per_run
        automatic = StandingApproval(AUTOMATIC, "1", "configuration", most, unwatched=left_alone, automatic=True)
        found.append(automatic)
    return found


class State(StrEnum):
    """How a standing approval stands."""

    HOLDS = "holds"
    NOT_YET = "not yet"
    EXPIRED = "expired"
    APPROVER_LEFT = "approver left"


@dataclass(frozen=True, slots=True)
class Overview:
    """A configured standing approval and how it stands today. `option` is its place in the configuration."""

    id: str
    state: State
    since: date
    expires: date
    approved_by: str
    option: tuple[str | int, ...]


def overview(hub: Hub, *, is_stored: bool = True) -> list[Overview]:
    """Say how each standing approval stands today, in the file's order; without a store nobody is known to have left.

    Raises:
        StoreError: the database cannot be read.
    """
    left = _departed(hub) if is_stored else frozenset()
    return [*_overview(hub.configuration.writeback.standing, left, hub.now().astimezone(hub.timezone).date())]


def _overview(tables: Sequence[StandingTable], left: Collection[str], today: date) -> Iterator[Overview]:
    for number, one in enumerate(tables):
        state = State.APPROVER_LEFT if one.approved_by in left else State.HOLDS
        if one.since > today:
            state = State.NOT_YET
        if one.expires < today:
            state = State.EXPIRED
        yield Overview(one.id, state, one.since, one.expires, one.approved_by, ("writeback", "standing", number))


def _departed(hub: Hub) -> frozenset[str]:
    """Name the approvers who have left."""
    names = [one.approved_by for one in hub.configuration.writeback.standing]
    if not names:
        return frozenset()
    with reading(hub.engine) as connection:
        return departed(connection, names)


def failing(found: Sequence[Overview], configuration: Configuration) -> Iterator[Problem]:
    """Tell which standing approvals hold no longer: what they covered waits for a person again."""
    for one in found:
        if one.state is State.EXPIRED:
            what, key = f"The standing approval {one.id} expired on {one.expires}", "expires"
        elif one.state is State.APPROVER_LEFT:
            what, key = f"The standing approval {one.id} holds no longer: {one.approved_by} has left", "approved_by"
        else:
            continue
        yield Problem(
            what=what,
            where=configuration.source.where((*one.option, key)),
            not_done="What it covered waits for an approval again.",
            next_step="Have it looked at by who answers for it now and give it new days, or take it out.",
            weight=Weight.WARNING,
        )

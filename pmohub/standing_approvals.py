"""Standing approvals from the configuration's side: which there are, and which have ended."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import blake2b
from zoneinfo import ZoneInfo

from canonical.database import reading
from canonical.problems import Problem, Weight
from canonical.store.connectors import unwatched
from pmohub.composition import Hub
from pmohub.config import Configuration
from sync.standing_approvals import AUTOMATIC, StandingApproval


def standing(hub: Hub) -> list[StandingApproval]:
    """Give the standing approvals as configured, in the file's order, then the automatic one where it is switched on.

    A version is a digest of what is written, so that what was approved under other words is told apart.
    """
    table = hub.configuration.writeback
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
    ]
    if table.automatic:
        with reading(hub.engine) as connection:
            left_alone = unwatched(connection)
        most = table.max_changes_per_run
        automatic = StandingApproval(AUTOMATIC, "1", "configuration", most, unwatched=left_alone, automatic=True)
        found.append(automatic)
    return found


def ended(configuration: Configuration, now: datetime) -> Iterator[Problem]:
    """Tell which standing approvals have expired: what they covered waits for a person again."""
    today = now.astimezone(ZoneInfo(configuration.hub.timezone)).date()
    for number, one in enumerate(configuration.writeback.standing):
        if one.expires < today:
            yield Problem(
                what=f"The standing approval {one.id} expired on {one.expires}",
                where=configuration.source.where(("writeback", "standing", number, "expires")),
                not_done="What it covered waits for an approval again.",
                next_step="Have it looked at and give it new days, or take it out.",
                weight=Weight.WARNING,
            )

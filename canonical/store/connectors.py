"""What the store knows of each configured connector: which instance it reads, up to where, and how fresh that is."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from sqlalchemy import Connection, Engine, select, update

from canonical.database import reading, writing
from canonical.intake import Cursor
from canonical.problems import Problem, ProblemError, Weight
from canonical.schema.operations import connector as table
from canonical.store.sets import insert_into
from canonical.vocabulary import EntityKind

Provides = Mapping[EntityKind, Iterable[str]]


@dataclass(frozen=True, slots=True)
class ConnectorState:
    """A connector as it was last registered, and where its pull stands."""

    id: str
    kind: str
    department_id: str
    fingerprint: str | None
    cursor: Cursor | None
    provides: Mapping[EntityKind, frozenset[str]]
    fresh_for: timedelta | None
    last_success_at: datetime | None
    retired_at: datetime | None
    census_at: datetime | None
    credential_expires_at: datetime | None

    def is_fresh(self, now: datetime) -> bool:
        """Say whether what it said still counts."""
        return self.retired_at is None and counts_still(self.last_success_at, self.fresh_for, now)


def counts_still(last_success_at: datetime | None, fresh_for: timedelta | int | None, now: datetime) -> bool:
    """Say whether what was read then counts now: it was read, and not longer ago than `fresh_for`.

    `fresh_for` as a number is seconds, as the store keeps it; None is without end. This alone decides what is fresh:
    for verdicts, plans, the report and the command line. What was read later than now was read by a clock that was
    ahead: how far it was wrong counts as time, too.
    """
    if last_success_at is None or fresh_for is None:
        return last_success_at is not None
    return abs(now - last_success_at) <= (
        fresh_for if isinstance(fresh_for, timedelta) else timedelta(seconds=fresh_for)
    )


class RetiredError(ProblemError):
    """A connector is not read any more."""


class OtherInstanceError(ProblemError):
    """A connector points at another instance than the one its rows came from."""


def register(
    engine: Engine,
    connector_id: str,
    kind: str,
    department_id: str,
    provides: Provides,
    fresh_for: timedelta | None,
    credential_expires_at: datetime | None = None,
) -> None:
    """Store what the configuration says of a connector now; its cursor and fingerprint stay as they are."""
    values = {
        "kind": kind,
        "department_id": department_id,
        "provides": _as_json(provides),
        "fresh_for": None if fresh_for is None else int(fresh_for.total_seconds()),
        "credential_expires_at": credential_expires_at,
    }
    with writing(engine) as connection:
        insertion = insert_into(connection, table).values(id=connector_id, **values)
        connection.execute(insertion.on_conflict_do_update(index_elements=[table.c.id], set_=values))


def note_history(engine: Engine, connector_id: str, account: str | None, reports: Provides) -> None:
    """Store who the hub is in a registered connector's tool, and of which fields its pulls report every change."""
    values = {"account": account, "reports": _as_json(reports)}
    stored = select(table.c.account, table.c.reports).where(table.c.id == connector_id)
    with reading(engine) as connection:
        row = connection.execute(stored).first()
    if row is None or row._asdict() != values:
        with writing(engine) as connection:
            connection.execute(update(table).where(table.c.id == connector_id).values(values))


def account_of(connection: Connection, connector_id: str) -> str | None:
    """Give who the hub is in the connector's tool, as its history names actors; None where nothing says so."""
    return connection.execute(select(table.c.account).where(table.c.id == connector_id)).scalar_one_or_none()


def reporters(connection: Connection, kind: EntityKind) -> Mapping[str, frozenset[str]]:
    """Give by connector the fields of a kind of which every change since an item was made is reported."""
    told = {row.id: orjson.loads(row.reports) for row in connection.execute(select(table.c.id, table.c.reports))}
    return {each: frozenset(fields[kind.value]) for each, fields in told.items() if kind.value in fields}


def provided(kept: str) -> Mapping[EntityKind, frozenset[str]]:
    """Read the fields by entity as the store keeps them."""
    return {EntityKind(entity): frozenset(names) for entity, names in orjson.loads(kept).items()}


def _as_json(fields: Provides) -> str:
    return orjson.dumps({entity.value: sorted(names) for entity, names in sorted(fields.items())}).decode()


def state(engine: Engine, connector_id: str) -> ConnectorState | None:
    """Give what is known of a connector; None before it was registered."""
    return next((one for one in states(engine) if one.id == connector_id), None)


def states(engine: Engine) -> list[ConnectorState]:
    """Give what is known of all connectors, by id."""
    with reading(engine) as connection:
        rows = connection.execute(select(table).order_by(table.c.id)).all()
    return [
        ConnectorState(
            id=row.id,
            kind=row.kind,
            department_id=row.department_id,
            fingerprint=row.fingerprint,
            cursor=None if row.cursor is None else orjson.loads(row.cursor),
            provides=provided(row.provides),
            fresh_for=None if row.fresh_for is None else timedelta(seconds=row.fresh_for),
            last_success_at=row.last_success_at,
            retired_at=row.retired_at,
            census_at=row.census_at,
            credential_expires_at=row.credential_expires_at,
        )
        for row in rows
    ]


def unwatched(connection: Connection) -> frozenset[str]:
    """Name the connectors whose writer last said that a team's edit in the moment of writing goes unnoticed."""
    return frozenset(connection.execute(select(table.c.id).where(table.c.precondition == "none")).scalars())


def check_fingerprint(
    engine: Engine, connector_id: str, fingerprint: str, continues: Callable[[str], bool] = lambda _: False
) -> None:
    """Note which instance a connector reads the first time, and hold it to that from then on.

    `continues` says whether the instance of another fingerprint is read on under this one.

    Raises:
        OtherInstanceError: it points at another instance now.
    """
    known = state(engine, connector_id)
    if known is None or known.fingerprint == fingerprint:
        return
    if known.fingerprint is not None and not continues(known.fingerprint):
        raise OtherInstanceError(_other_instance(connector_id, known.fingerprint, fingerprint))
    with writing(engine) as connection:
        connection.execute(update(table).where(table.c.id == connector_id).values(fingerprint=fingerprint))


def is_retired(engine: Engine, connector_id: str) -> bool:
    """Say whether a connector is read no more."""
    with reading(engine) as connection:
        retired_at = select(table.c.retired_at).where(table.c.id == connector_id)
        return connection.execute(retired_at).scalar_one_or_none() is not None


def check_in_use(known: ConnectorState | None) -> None:
    """Refuse a connector that was retired.

    Raises:
        RetiredError: it was.
    """
    if known is not None and known.retired_at is not None:
        raise RetiredError(_retired(known))


def retire(connection: Connection, connector_id: str, now: datetime | None) -> None:
    """Note that a connector is not read any more, so that what is stored of it stays as it is; None: it is again."""
    connection.execute(update(table).where(table.c.id == connector_id).values(retired_at=now))


def point_to(connection: Connection, connector_id: str, fingerprint: str) -> None:
    """Let a connector read another instance from now on, from the beginning."""
    anew = {"fingerprint": fingerprint, "cursor": None, "census_at": None}
    connection.execute(update(table).where(table.c.id == connector_id).values(anew))


def forget_cursor(engine: Engine, connector_id: str) -> None:
    """Let the next pull begin anew."""
    with writing(engine) as connection:
        connection.execute(update(table).where(table.c.id == connector_id).values(cursor=None))


def _retired(known: ConnectorState) -> Problem:
    return Problem(
        what=f"{known.id} was retired on {known.retired_at:%d %b %Y}.",
        where=f"connectors.{known.id}",
        not_done="Nothing was read; what is stored of it stays as it was.",
        next_step="Take it out of the configuration, or take it into use again:",
        commands=(f"pmohub connector retire {known.id} --undo --yes",),
        weight=Weight.WARNING,
    )


def _other_instance(connector_id: str, stored: str, found: str) -> Problem:
    return Problem(
        what=f"{connector_id} now points at {found}; what is stored came from {stored}.",
        where=f"connectors.{connector_id}",
        not_done="Nothing was read, so that rows of two places are not mixed.",
        next_step=(
            "Set the address back, or give the other place a connector id of its own. If the tool itself has moved "
            "there, see what would be found again, and take it along:"
        ),
        commands=(f"pmohub connector move {connector_id}",),
    )

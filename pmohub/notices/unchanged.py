"""Whether anything has changed since nothing was new to anybody: one look at the open deviations, for all recipients.

To hold tens of thousands against what each recipient was told takes tenths of a second; most jobs change nothing.
"""

from datetime import date, datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select, type_coerce

from canonical.schema.entities import person, project
from canonical.schema.governance import deviation, rule_state
from canonical.store.sets import AS_DRIVER
from canonical.store.told import note_told, told_to
from canonical.vocabulary import DeviationState

LOOKED = "looked"
NOBODY = ""
"""The recipient of the note that there was nothing to tell."""


def fingerprint(connection: Connection, today: date, *facts: object) -> str:
    """Give what tells one state of all that a digest may speak of from another.

    `today` by the hub's clock, for what somebody put off; `facts` are what else decides who is told what. Another
    opening has another moment, so sums over the deviations of a project and severity tell each change of them.
    """
    own = deviation.c
    groups = (own.project_id, own.department_id, own.severity)
    counted = func.count(), func.sum(own.number), func.sum(_seconds(connection))
    put_off = or_(own.acknowledged_until.is_(None), own.acknowledged_until <= today)
    living = own.state == DeviationState.OPEN, own.legacy.is_(False), put_off
    queries = (
        select(*groups, *counted).where(*living).group_by(*groups),
        select(project.c.id, person.c.email, person.c.active).join(person, person.c.id == project.c.manager_id),
        select(rule_state.c.rule_id, rule_state.c.rule_class),
    )
    found = [sorted(map(str, connection.execute(query))) for query in queries]
    return blake2b(repr((today, facts, found)).encode(), digest_size=16).hexdigest()


def is_unchanged(connection: Connection, state: str) -> bool:
    """Say whether nothing was new to anybody in this state."""
    noted = told_to(connection, NOBODY).get(LOOKED)
    return noted is not None and noted.token == state


def note_unchanged(connection: Connection, state: str, now: datetime) -> None:
    """Note that nothing is new to anybody in this state."""
    note_told(connection, NOBODY, {LOOKED: state}, now)


def _seconds(connection: Connection) -> ColumnElement[Any]:
    opened = deviation.c.opened_at
    return func.extract("epoch", opened) if connection.dialect.name == "postgresql" else type_coerce(opened, AS_DRIVER)

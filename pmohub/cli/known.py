"""Names that narrow a list. One that nothing bears is refused: an empty list would say that all is well."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from canonical.problems import ConfigurationError, Problem

if TYPE_CHECKING:
    from pmohub.composition import Hub

LISTED = 12
"""Names that are listed where none is near what was typed."""


def refuse_unknown(
    kind: str, name: str, known: Iterable[str], where: str, not_done: str = "Nothing was listed."
) -> None:
    """Refuse a name that is not among the known ones.

    Raises:
        ConfigurationError: it is not; the nearest is named, else what there is.
    """
    from pmohub.config.complaints import nearest

    names = list(known)
    if name in names:
        return
    meant = nearest(name, names)
    more = f" and {len(names) - LISTED:,} more" if len(names) > LISTED else ""
    there_are = f"There are: {', '.join(names[:LISTED])}{more}." if names else "There is none yet."
    step = f"Did you mean {meant}?" if meant else there_are
    raise ConfigurationError(Problem(f"There is no {kind} “{name}”", where, not_done, step))


def connector(hub: "Hub", name: str | None, where: str) -> None:
    """Refuse a connector that is neither configured nor was ever read."""
    from canonical.schema.operations import connector as table

    if name is not None:
        stored = _texts(hub, table.c.id)
        refuse_unknown("connector", name, dict.fromkeys([*hub.configuration.connectors, *stored]), where)


def rule(hub: "Hub", name: str | None, where: str) -> None:
    """Refuse a rule that neither is in force nor ever found anything."""
    from canonical.schema.governance import deviation, rule_state
    from pmohub.composition import standards

    if name is not None:
        stored = {
            *_texts(hub, rule_state.c.rule_id),
            *_texts(hub, deviation.c.rule_id),
            *standards(hub.configuration).rules,
        }
        refuse_unknown("rule", name, sorted(stored), where)


def department(hub: "Hub", name: str | None, where: str, not_done: str = "Nothing was listed.") -> str | None:
    """Give the id of a department that is named by it or by the name that people know; refuse any other."""
    if name is None:
        return None
    by_name = {each.name: id_ for id_, each in hub.configuration.departments.items()}
    if name in by_name and name not in hub.configuration.departments:
        return by_name[name]
    refuse_unknown("department", name, hub.configuration.departments, where, not_done)
    return name


def project(hub: "Hub", name: str | None, where: str) -> None:
    """Refuse a project that is not known by PMO id, key, id or name."""
    from canonical.schema.entities import project as table

    if name is not None:
        stored = {text for column in (table.c.key, table.c.pmo_id, table.c.name) for text in _texts(hub, column)}
        if name not in _texts(hub, table.c.id):
            refuse_unknown("project", name, sorted(stored), where)


def _texts(hub: "Hub", column: object) -> Sequence[str]:
    from sqlalchemy import select

    from canonical.database import reading

    with reading(hub.engine) as connection:
        return [text for text in connection.execute(select(column).distinct()).scalars() if text]  # type: ignore[call-overload]

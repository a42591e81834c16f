"""Users to people."""

from collections.abc import Mapping
from typing import Any

from canonical.intake import Quarantined
from canonical.records import Record
from canonical.vocabulary import Activity, EntityKind
from connectors.jira.mapping.reading import user_id
from connectors.mapping.making import Place, aside, make
from connectors.mapping.reading import FAULTS, UnmappableError, shown, text_of

SITE = "site"
"""The scope of projects and people. Everything else is listed by its project's id."""
PERSON = "atlassian"
KIND = "account_kind"
"""Custom field of a person on Cloud: `app` for a bot or `customer` for a portal's user; None for everybody else."""


def person_place(identifier: str) -> str:
    """Name a user in quarantine."""
    return f"user {identifier}"


def to_person(raw: Any) -> Record | Quarantined:
    """Map a user, as a user list or any other record shows it. No e-mail is the usual case on Cloud: it is hidden."""
    name = ""
    try:
        name = user_id(raw)
        values = _values(raw, name)
    except FAULTS as error:
        known = error if isinstance(error, UnmappableError) else UnmappableError(f"{shown(raw)} is no user.")
        return aside(known, raw, Place(EntityKind.PERSON, person_place(name or shown(raw)), "", name or None, SITE))
    return make(values, raw, Place(EntityKind.PERSON, person_place(name), "", name, SITE))


def _values(raw: Mapping[str, Any], identifier: str) -> dict[str, Any]:
    values: dict[str, Any] = {"external_id": identifier, "scope": SITE, "name": text_of(raw.get("displayName"))}
    if "active" in raw:
        active = raw["active"]
        values["active"] = {True: Activity.YES, False: Activity.NO}.get(active, Activity.UNKNOWN)
    email = text_of(raw.get("emailAddress"))
    if email is not None and "@" in email:
        values["email"] = email
    if "accountId" not in raw:
        values["key"] = text_of(raw.get("name"))
    elif "accountType" in raw:
        kind = text_of(raw["accountType"])
        values["fields"] = {KIND: None if kind == PERSON else kind}
    return values

"""Users to people, and what their hours cost."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from canonical.intake import Quarantined
from canonical.problems import Problem, Weight
from canonical.records import Record
from canonical.vocabulary import EntityKind
from connectors.asana.mapping.making import made
from connectors.asana.mapping.reading import gid_of
from connectors.mapping.reading import FAULTS, UnmappableError, number_of, text_of

PEOPLE = "people"
"""The scope of people: a user may be in several workspaces."""


@dataclass(frozen=True, slots=True)
class Rate:
    """What an hour of a person costs."""

    amount: Decimal
    currency: str | None


def person_place(gid: str) -> str:
    """Name a user in quarantine."""
    return f"user {gid}"


def to_person(raw: Any, rates: Mapping[str, Rate] | None = None) -> Record | Quarantined:
    """Map a user as a list of users gives it, or as any other record shows it, without an address.

    `rates` are what people cost, by gid (`agreed_rates`), where rates were read.
    """
    return made(EntityKind.PERSON, "user", raw, PEOPLE, lambda: _values(raw, rates))


def _values(raw: Mapping[str, Any], rates: Mapping[str, Rate] | None) -> dict[str, Any]:
    gid = gid_of(raw)
    values: dict[str, Any] = {"external_id": gid, "scope": PEOPLE}
    if "name" in raw:
        values["name"] = text_of(raw["name"])
    if "email" in raw:
        email = text_of(raw["email"])
        values["email"] = email if email is not None and "@" in email else None
    if rates is not None:
        rate = rates.get(gid)
        values["cost_rate"] = None if rate is None else rate.amount
        values["cost_rate_currency"] = None if rate is None else rate.currency
    return values


def agreed_rates(raws: Iterable[Any], where: str) -> tuple[Mapping[str, Rate], list[Problem]]:
    """Give the hourly rates of people, by gid, and one finding on those that cannot be told.

    Asana has a rate for each project and person, the model one for each person: where projects disagree it is not
    known. Rates of placeholders are left out: nobody books time on them.
    """
    found: dict[str, set[Rate]] = defaultdict(set)
    unread = 0
    for raw in raws:
        try:
            resource = raw["resource"]
            if resource is None or resource.get("resource_type", "user") != "user":
                continue
            found[gid_of(resource)].add(_rate(raw))
        except FAULTS:
            unread += 1
    agreed = {gid: next(iter(rates)) for gid, rates in found.items() if len(rates) == 1}
    doubtful = len(found) - len(agreed)
    if not doubtful and not unread:
        return agreed, []
    said = [f"{doubtful} people cost differently in different projects"] if doubtful else []
    said += [f"{unread} rates could not be read"] if unread else []
    return agreed, [
        Problem(
            f"{' and '.join(said)}.",
            f"{where}, rates",
            "What an hour of theirs costs is not known.",
            "Give each person one rate in Asana, or set cost rates in the hub's configuration.",
            Weight.INFO,
        )
    ]


def _rate(raw: Mapping[str, Any]) -> Rate:
    amount = number_of(raw["rate"])
    if amount is None or amount < 0:
        message = "It is no rate."
        raise UnmappableError(message)
    return Rate(Decimal(amount), text_of(raw.get("currency_code")))

"""Issue links to dependencies."""

from typing import Any

from canonical.vocabulary import EntityKind
from connectors.jira.mapping.plan import Plan
from connectors.mapping.making import Mapped, Place, aside, make
from connectors.mapping.reading import FAULTS, UnmappableError, fold, id_of


def link_place(link_id: str) -> str:
    """Name a link in quarantine."""
    return f"issue link {link_id}"


def add_links(raw: Any, plan: Plan, seen: set[str], to: Mapped) -> None:
    """Map the links that an issue shows and the mapping names, into `to`.

    Both ends show a link; from either it is the same record, and one whose id is in `seen` is left out. Links to
    what is not read stay, with an end that is not known.
    """
    fields = raw.get("fields") if isinstance(raw, dict) else None
    links = fields.get("issuelinks") if isinstance(fields, dict) else None
    for link in links if isinstance(links, list) else ():
        name = ""
        try:
            link_id = name = id_of(link["id"])
            values = None if link_id in seen else _dependency(link, link_id, raw, plan)
        except FAULTS as error:
            known = error if isinstance(error, UnmappableError) else UnmappableError("It is no link of two issues.")
            place = Place(EntityKind.DEPENDENCY, link_place(name or f"of issue {raw.get('id')}"), "", name or None)
            to.quarantined.append(aside(known, link, place))
            continue
        if values is None:
            continue
        seen.add(link_id)
        to.add(make(values, link, Place(EntityKind.DEPENDENCY, link_place(link_id), "", link_id, None)))


def _dependency(link: Any, link_id: str, raw: Any, plan: Plan) -> dict[str, Any] | None:
    meant = plan.links.get(fold(str(link["type"]["name"])))
    if meant is None:
        return None
    here = id_of(raw["id"])
    # The end that is shown is what this issue is worded towards: `outwardIssue`, this one blocks that one.
    outward = link.get("outwardIssue") is not None
    there = id_of(link["outwardIssue" if outward else "inwardIssue"]["id"])
    first, second = (here, there) if outward is not meant.reversed else (there, here)
    return {
        "external_id": link_id,
        "predecessor": f"id:{first}",
        "successor": f"id:{second}",
        "type": meant.type,
    }

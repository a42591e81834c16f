"""What the site says of itself: its fields and their schemas, and what an issue's edit screen takes."""

from typing import Any

from pmohub.testing.jira.answers.things import Things
from pmohub.testing.jira.world import catalogue, scheme
from pmohub.testing.jira.world.catalogue import FIELDS, FieldOf

Json = dict[str, Any]
OPERATIONS = {"array": ["add", "set", "remove"], "timetracking": ["set", "edit"]}


def schema(field: FieldOf) -> Json:
    """Give a field's schema."""
    told: Json = {"type": field.kind.type}
    if field.kind.items:
        told["items"] = field.kind.items
    if field.custom:
        return {**told, "custom": field.kind.custom, "customId": int(field.id.removeprefix("customfield_"))}
    return {**told, "system": field.id}


def schemas(fields: tuple[str, ...]) -> Json:
    """Give the schemas of fields by id."""
    return {field: schema(FIELDS[field]) for field in fields}


def names(fields: tuple[str, ...]) -> Json:
    """Give the names of fields by id."""
    return {field: FIELDS[field].name for field in fields}


def field_list(*, cloud: bool) -> list[Json]:
    """Give all fields, as `field` answers."""
    key = {"id": "issuekey", "name": "Key", "custom": False, "orderable": False, "navigable": True, "searchable": False}
    told = [{**key, "clauseNames": ["id", "issue", "issuekey", "key"], **({"key": "issuekey"} if cloud else {})}]
    for one in FIELDS.values():
        clauses = [one.clause or one.id]
        if one.custom:
            clauses = [f"cf[{one.id.removeprefix('customfield_')}]", one.name]
            if cloud:
                clauses.append(f"{one.name}[{_short(one)}]")
        entry = {"id": one.id, "name": one.name, "custom": one.custom, "orderable": one.edited, "navigable": True}
        entry |= {"searchable": True, "clauseNames": clauses, "schema": schema(one)}
        told.append({**entry, "key": one.id} if cloud else entry)
    return told


def _short(one: FieldOf) -> str:
    kinds = {
        "float": "Number",
        "datepicker": "Date",
        "datetime": "Time stamp",
        "userpicker": "User Picker (single user)",
    }
    return kinds.get(one.kind.custom.rpartition(":")[2], "Short text" if one.kind == catalogue.LINE else "Dropdown")


def edit_meta(things: Things, place: int) -> Json:
    """Give what the edit screen of a project's issues takes, by field."""
    return {one.id: field_meta(things, one, place) for one in FIELDS.values() if one.edited}


def field_meta(things: Things, one: FieldOf, place: int, *, required: bool | None = None) -> Json:
    """Give what a screen says of one field."""
    must = one.id in {"summary", "issuetype"} if required is None else required
    told: Json = {"required": must, "schema": schema(one), "name": one.name, "key": one.id}
    told["operations"] = OPERATIONS.get(one.kind.type, ["set"])
    if one.id == "labels" or one.kind == catalogue.TAGS:
        told["autoCompleteUrl"] = f"{things.base}/label/suggest?query="
    allowed = allowed_values(things, one, place)
    return told if allowed is None else {**told, "allowedValues": allowed}


def allowed_values(things: Things, one: FieldOf, place: int) -> list[Any] | None:
    """Give what a field may hold, None where there is no such list."""
    project = things.world.projects[place]
    if one.kind == catalogue.CASCADE:
        return [
            {
                **things.option(one.id, option.id),
                "children": [things.cascade(one.id, option.id, child.id)["child"] for child in option.children],
            }
            for option in one.options
        ]
    if one.options:
        return [things.option(one.id, option.id) for option in one.options]
    listed: dict[str, list[Any]] = {
        "priority": [things.priority(identity) for identity in scheme.PRIORITIES],
        "issuetype": [things.type(identity) for identity in scheme.TYPES],
        "resolution": [things.resolution(identity) for identity in scheme.RESOLUTIONS],
        "components": [things.component(place, part.id) for part in project.components],
        "fixVersions": [things.release_of(release) for release in project.releases],
        "versions": [things.release_of(release) for release in project.releases],
    }
    return listed.get(one.id)

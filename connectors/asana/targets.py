"""Where a target is in Asana, and what it holds now: read from the task or the project itself, never by a search."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from canonical.values import FieldValue
from canonical.vocabulary import EntityKind, FieldType
from connectors.asana.mapping.catalogue import AsanaField, read_field
from connectors.asana.mapping.reading import ABSENT
from connectors.asana.mapping.slots import ASKED, MEMBERSHIPS, PEOPLE, READ, SLOTS, Slot, slot_of
from connectors.asana.mapping.tasks import home_of, projects_of, section_of
from connectors.asana.mapping.values import decoder, held
from connectors.asana.opening import Opened
from connectors.base import ConnectorContext, CurrentValue, Target
from connectors.mapping.declaring import Decode, declared
from connectors.mapping.reading import FAULTS, JSON, UnmappableError, fold
from connectors.writing.lists import members, same
from connectors.writing.refusal import RefusedError, unread
from connectors.writing.way import Held

UNTOLD = "Asana does not say what it holds"
BY_SLOT: Mapping[Slot, Sequence[str]] = {
    Slot.ASSIGNEE: ("assignee.email",),
    Slot.OWNER: ("owner.email",),
    Slot.CUSTOM: ("custom_fields.enabled", "custom_fields.people_value.email"),
}
AROUND: Mapping[EntityKind, Sequence[str]] = {
    EntityKind.TASK: ("name", "workspace.gid", "due_at", "start_at", *MEMBERSHIPS),
    EntityKind.PROJECT: ("name", "workspace.gid"),
}
"""What a write asks for besides, of whatever place and of each."""


@dataclass(frozen=True, slots=True)
class Place:
    """A slot of a task or a project, by its gid; `name` is a custom field's name or gid, `wanted` its declared type."""

    entity: EntityKind
    gid: str
    slot: Slot
    name: str
    wanted: FieldType | None


@dataclass(frozen=True, slots=True)
class Holding(Held):
    """What a place holds; where that is a custom field or people, which field it is, and the people as Asana says.

    `home` is the project that a task counts towards, as its memberships show it.
    """

    field: AsanaField | None = None
    people: Sequence[JSON] = ()
    home: JSON | None = None


def means(place: Place, holding: Holding, value: FieldValue) -> bool:
    """Say whether a value means what a place holds: of options and people, Asana has the spelling."""
    if None in (holding.value, value) or value == []:
        return holding.value is None and (value is None or value == [])
    kind = holding.field.type if holding.field is not None else ""
    if holding.people:
        return _same_people(holding.people, members(value))
    if kind in ("enum", "multi_enum") or place.slot in (Slot.SECTION, Slot.STATUS_UPDATE):
        return {fold(one) for one in members(holding.value)} == {fold(one) for one in members(value)}
    return same(holding.value, value)


def _same_people(people: Sequence[JSON], texts: Sequence[str]) -> bool:
    """Say whether texts name just these people, each by gid, reference, e-mail or name."""
    names = [
        {fold(name) for name in (gid, f"id:{gid}", each.get("email"), each.get("name")) if name}
        for each in people
        if (gid := str(each.get("gid")))
    ]
    meant = [{at for at, known in enumerate(names) if fold(_bare(text)) in known} for text in texts]
    return all(meant) and set().union(*meant) == set(range(len(names)))


def _bare(text: str) -> str:
    return text.removeprefix("email:").removeprefix("name:")


class Targets:
    """Finds and reads targets of one Asana."""

    def __init__(self, opened: Opened, context: ConnectorContext) -> None:
        self._opened = opened
        self._context = context

    def read(self, targets: Sequence[Target]) -> Sequence[CurrentValue]:
        """Read targets, in their order; those of one item by one request, several items side by side.

        Raises:
            ToolError: Asana is down, or does not accept the credential.
        """
        found: dict[Target, CurrentValue] = {}
        by_item: dict[tuple[EntityKind, str], list[tuple[Target, Place]]] = defaultdict(list)
        for target in dict.fromkeys(targets):
            try:
                place = self.place(target)
            except RefusedError as refusal:
                found[target] = unread("Asana", target, refusal)
            else:
                by_item[place.entity, place.gid].append((target, place))
        with self._opened.connection.session.threads() as pool:
            for values in pool.map(self._of_item, by_item.values()):
                found |= values
        return [found[target] for target in targets]

    def _of_item(self, wanted: Sequence[tuple[Target, Place]]) -> dict[Target, CurrentValue]:
        try:
            item = self._item([place for _, place in wanted])
        except RefusedError as refusal:
            return {target: unread("Asana", target, refusal) for target, _ in wanted}
        found = {}
        for target, place in wanted:
            try:
                found[target] = CurrentValue(target, self._holding(place, item).value)
            except RefusedError as refusal:
                found[target] = unread("Asana", target, refusal)
        return found

    def place(self, target: Target) -> Place:
        """Find where a target is.

        Raises:
            RefusedError: there is no such place, in words.
        """
        if not target.external_id.isdecimal():
            message = f"{target.external_id} is not the gid of anything in Asana"
            raise RefusedError(message)
        if target.entity not in SLOTS:
            message = f"pmohub writes nothing of a {target.entity.replace('_', ' ')} in Asana"
            raise RefusedError(message)
        wanted = self._context.carrier_types.get(target.entity, {}).get(target.field)
        slot = slot_of(target.entity, target.carrier)
        return Place(target.entity, target.external_id, slot, target.carrier, wanted)

    def hold(self, place: Place) -> Holding:
        """Read what a place holds now, with the item around it.

        Raises:
            RefusedError: it is not to be seen, or cannot be read, in words.
            ToolError: Asana is down, or does not accept the credential.
        """
        more = (*AROUND[place.entity], *BY_SLOT.get(place.slot, ()))
        return self._holding(place, self._item([place], more))

    def _item(self, places: Sequence[Place], more: Sequence[str] = ()) -> JSON:
        """Read one item with what these places of it need."""
        first, client = places[0], self._opened.client
        fields = dict.fromkeys([*more, *(field for place in places for field in ASKED[place.slot])])
        item = (client.task if first.entity is EntityKind.TASK else client.project)(first.gid, fields)
        if item is None:
            message = f"the {first.entity} is not there, or not to be seen by this account"
            raise RefusedError(message)
        if str(item["gid"]) != first.gid:
            message = f"Asana answered with another {first.entity} than the one asked for ({first.gid})"
            raise RefusedError(message)
        return item

    def _holding(self, place: Place, item: JSON) -> Holding:
        home = self._home(item)
        try:
            if place.slot is Slot.CUSTOM:
                return replace(self._custom(place, item), home=home)
            value = section_of(item, _gid(home)) if place.slot is Slot.SECTION else READ[place.slot](item)
            if value is ABSENT:
                raise UnmappableError(UNTOLD)
            if place.wanted is not None and value is not None:
                value = declared(lambda raw: raw, place.wanted, self._context.timezone)(value)
        except FAULTS as error:
            reason = error.reason if isinstance(error, UnmappableError) else "it is not in a form that Asana documents"
            message = f"{place.name}: {reason}"
            raise RefusedError(message) from None
        person = item.get(place.slot) if place.slot in PEOPLE else None
        return Holding(value, item, None, [person] if isinstance(person, dict) else [], home)

    def _home(self, item: JSON) -> JSON | None:
        """Find the project that a task counts towards; which of several are meant, only the list of projects tells."""
        gids = projects_of(item) or ()
        home = home_of(item, self._opened.listed.projects) if len(gids) > 1 else next(iter(gids), None)
        shown = (each["project"] for each in item.get("memberships") or () if isinstance(each.get("project"), dict))
        return next((project for project in shown if str(project.get("gid")) == home), None)

    def _custom(self, place: Place, item: JSON) -> Holding:
        entry = entry_of(place, item)
        field = read_field(entry)
        if entry is None or field is None:
            return Holding(None, item)
        raw = held(entry, field)
        if raw is ABSENT:
            raise UnmappableError(UNTOLD)
        value = None if raw is None else self.decoder(place, field)(raw)
        return Holding(value, item, field, raw if field.type == "people" and isinstance(raw, list) else ())

    def decoder(self, place: Place, field: AsanaField) -> Decode:
        """Make the function that reads what a custom field holds."""
        return decoder(field, self._context.timezone, place.wanted)


def _gid(item: JSON | None) -> str | None:
    return None if item is None else str(item.get("gid"))


def entry_of(place: Place, item: JSON) -> JSON | None:
    """Find the custom field of a place in its item, by gid or by name; None: the item does not have it.

    Raises:
        RefusedError: it has two of that name.
    """
    entries = [entry for entry in item.get("custom_fields") or () if isinstance(entry, dict)]
    found = [entry for entry in entries if str(entry.get("gid")) == place.name] or [
        entry for entry in entries if fold(str(entry.get("name") or "")) == fold(place.name)
    ]
    if len(found) > 1:
        gids = " and ".join(sorted(str(entry.get("gid")) for entry in found))
        message = f"{len(found)} of its custom fields are called {place.name}: {gids}; write the gid instead"
        raise RefusedError(message)
    return found[0] if found else None

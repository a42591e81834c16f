"""What a write replaced, by the stories of its task.

Source: Asana's OpenAPI document, `StoryResponse`: `old_*` and `new_*` by what changed. Of an assignee and of completion
a story tells the new value alone: what was there before is what the story before it told. Asana merges what one account
does to one field within a short time ("story consolidation", github.com/Asana/ruby-asana/issues/65), so that what a
story calls old may be older than what our write replaced: what counts is whether somebody else's story lies between
our reading and our write.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from canonical.records import Ref
from canonical.values import FieldValue
from canonical.vocabulary import EntityKind
from connectors.asana.mapping.asking import STORY
from connectors.asana.mapping.catalogue import AsanaField
from connectors.asana.mapping.reading import ABSENT, name_of, person_name
from connectors.asana.mapping.slots import Slot, status_word
from connectors.asana.mapping.stories import (
    Sides,
    actor_of,
    assignee_after,
    completed_after,
    custom_sides,
    date_sides,
    section_sides,
    title_sides,
)
from connectors.asana.opening import Opened
from connectors.asana.targets import Holding, Place, Targets, means
from connectors.base import FieldChange, Target
from connectors.mapping.reading import FAULTS, JSON, instant_of
from connectors.writing.refusal import RefusedError

SIDES = ("old", "new")
EMAILS = ("assignee.email", *(f"{side}_people_value.email" for side in SIDES))
CLOCKS = timedelta(seconds=5)
"""How far the clock that dates stories may be behind the one that dates answers."""


@dataclass(frozen=True, slots=True)
class Told:
    """One change of a field as a story tells it: when, by whom, what it was before (None: not told), what it became."""

    at: datetime | None
    by: Ref | None
    old: Holding | None
    new: Holding


@dataclass(frozen=True, slots=True)
class Ours:
    """A write of ours: of which field (None: not a custom one), and when it was read before, by Asana's clock.

    `home` is the gid of the project that the task counts towards. `read_at` is None where another process wrote, as
    after a crash.
    """

    place: Place
    change: FieldChange
    read_at: datetime | None
    field: AsanaField | None = None
    home: str | None = None


def replaced(targets: Targets, opened: Opened, ours: Ours) -> FieldValue:
    """Give what our newest write of a field of a task replaced.

    Raises:
        RefusedError: no story tells of such a write, or what came before it is not sure.
        CallError: the stories cannot be read.
    """
    told = list(_told(targets, _stories(opened, ours), ours))
    mine = [at for at, one in enumerate(told) if one.by == opened.actor and _since(one, ours.read_at)]
    if not mine or not means(ours.place, told[mine[-1]].new, ours.change.after):
        message = "its history shows no such change by this account"
        raise RefusedError(message)
    at = mine[-1]
    return what_was_there(ours, told[at], told[at - 1] if at else None)


def due_replaced(targets: Targets, opened: Opened, task: str, sent: str, read_at: datetime | None) -> str | None:
    """Give the due date that a write of a start, with this due date beside it, replaced; None: none but the same."""
    place = Place(EntityKind.TASK, task, Slot.DUE, Slot.DUE, None)
    due = date.fromisoformat(sent)
    change = FieldChange(Target(place.entity, task, place.name, place.name), due, due)
    try:
        value = replaced(targets, opened, Ours(place, change, read_at))
    except RefusedError:
        # No story of ours tells that it changed the due date.
        return None
    return value.isoformat() if isinstance(value, date) and value != due else None


def what_was_there(ours: Ours, written: Told, earlier: Told | None) -> FieldValue:
    """Judge what our write replaced, by the story of it and the one before it about the same field.

    Raises:
        RefusedError: it is not sure.
    """
    place, change = ours.place, ours.change
    old = written.old if written.old is not None else (earlier.new if earlier is not None else None)
    if old is None or means(place, old, change.before) or means(place, old, change.after):
        # There and back again within a merged story, nothing of anybody else's was in between.
        return change.before
    if ours.read_at is not None and (earlier is None or not _since(earlier, ours.read_at)):
        return change.before
    if written.old is not None and (earlier is None or not _alike(place, earlier.new, old)):
        message = "its history does not tell what stood there right before"
        raise RefusedError(message)
    return old.value


def _since(told: Told, read_at: datetime | None) -> bool:
    return read_at is None or (told.at is not None and told.at >= read_at - CLOCKS)


def _alike(place: Place, one: Holding, other: Holding) -> bool:
    if one.people or other.people:
        return {str(each.get("gid")) for each in one.people} == {str(each.get("gid")) for each in other.people}
    return means(place, one, other.value)


def _stories(opened: Opened, ours: Ours) -> list[JSON]:
    """List the stories of a task, from the oldest on; Asana gives them in no other order and by no filter."""
    found = opened.client.stories(ours.place.gid, (*STORY, *EMAILS))
    return sorted(found, key=lambda story: str(story.get("created_at")))


def _told(targets: Targets, stories: Sequence[JSON], ours: Ours) -> Iterator[Told]:
    for story in stories:
        try:
            sides = _sides(targets, story, ours)
            at = instant_of(story.get("created_at"))
        except FAULTS:
            # Of a change that cannot be read nothing follows; the next one says what it left behind.
            continue
        if sides is not None:
            yield Told(at, actor_of(story), *sides)


def _sides(targets: Targets, story: JSON, ours: Ours) -> tuple[Holding | None, Holding] | None:
    """Read a story; None where it is about something else. What it does not tell of before is None in its place."""
    place, field = ours.place, ours.field
    if field is not None:
        sides = custom_sides(story, field, targets.decoder(place, field))
        if sides is None:
            return None
        people = [story.get(f"{side}_people_value") or () for side in SIDES]
        old, new = (Holding(value, story, field, who) for value, who in zip(sides, people, strict=True))
        return old, new
    if place.slot is Slot.COMPLETED:
        done = completed_after(story)
        return None if done is None else (None, Holding(done, story))
    if place.slot is Slot.ASSIGNEE:
        return _assigned(story)
    plain = _plain_sides(story, ours)
    return None if plain is None else (Holding(plain[0], story), Holding(plain[1], story))


def _assigned(story: JSON) -> tuple[None, Holding] | None:
    after = assignee_after(story)
    if after is ABSENT:
        return None
    person = story["assignee"] if after is not None else None
    return None, Holding(None if person is None else person_name(person), story, None, [person] if person else [])


def _plain_sides(story: JSON, ours: Ours) -> Sides | None:
    slot = ours.place.slot
    if slot is Slot.NAME:
        return title_sides(story)
    if slot is Slot.SECTION:
        sections = section_sides(story, ours.home)
        return None if sections is None else (name_of(sections[0] or None), name_of(sections[1] or None))
    sides = date_sides(story).get({Slot.DUE: "due", Slot.START: "planned_start"}[slot])
    # A story of dates tells of both; one that left this one alone is about the other.
    return None if sides is None or sides[0] == sides[1] else sides


def status_replaced(opened: Opened, place: Place, change: FieldChange) -> FieldValue:
    """Give the health that stood right before our newest status update; the updates themselves all stay.

    Raises:
        RefusedError: no status update tells of such a write.
        CallError: they cannot be read.
    """
    listed = opened.client.status_updates(place.gid, ("status_type", "created_at", "created_by.gid"))
    updates = sorted(listed, key=lambda one: str(one.get("created_at")), reverse=True)
    mine = [at for at, each in enumerate(updates) if actor_of(each) == opened.actor]
    if not mine or not means(place, Holding(status_word(updates[mine[0]]), {}), change.after):
        message = "no status update of this account tells it"
        raise RefusedError(message)
    earlier = updates[mine[0] + 1 : mine[0] + 2]
    word = status_word(earlier[0]) if earlier else None
    return change.before if means(place, Holding(word, {}), change.before) else word

"""One change as the one call that makes it, prepared before anything is sent."""

from collections.abc import Callable
from typing import Any

from canonical.values import shown as as_text
from canonical.vocabulary import EntityKind
from connectors.asana.config import AsanaOptions
from connectors.asana.mapping.meaning import HEALTH
from connectors.asana.mapping.slots import PEOPLE, Slot
from connectors.asana.opening import Opened
from connectors.asana.targets import Holding, Place, Targets, entry_of
from connectors.asana.writing.codec import Dialect, custom_value
from connectors.asana.writing.fields import Fields
from connectors.asana.writing.people import UserFinder
from connectors.asana.writing.replaced import due_replaced
from connectors.asana.writing.standard import BODIES
from connectors.base import FieldChange
from connectors.mapping.reading import JSON, fold
from connectors.writing.choices import choose
from connectors.writing.refusal import RefusedError
from connectors.writing.way import Send

STATUSES = {str(health): word for word, health in HEALTH.items()}
MAILED = "all followers of the project were told, as of every status update"
DUE_KEPT = "somebody moved its due date meanwhile, which Asana takes together with a start; that was put back"


class Editor:
    """Prepares and makes edits of one Asana."""

    def __init__(self, opened: Opened, targets: Targets, options: AsanaOptions) -> None:
        self._opened = opened
        self._targets = targets
        self._options = options
        self._fields = Fields(opened, options)
        self._finders: dict[str, UserFinder] = {}
        self._sections: dict[str, list[JSON]] = {}

    def prepare(self, place: Place, holding: Holding, change: FieldChange) -> Send:
        """Check a change against what Asana allows, and give the call that makes it.

        A field that its project does not have yet, and an option that its field does not, are added here, where the
        configuration allows it: nothing of the value is sent by that.

        Raises:
            RefusedError: Asana would not take it, in words.
            ToolError: Asana is down, or does not accept the credential.
        """
        if place.slot is Slot.STATUS_UPDATE:
            return self._status_update(place, change)
        if place.slot is Slot.SECTION:
            return self._section(place, holding, change)
        if place.slot in PEOPLE:
            return self._put(place, {str(place.slot): self._person(holding, change)})
        if place.slot is Slot.CUSTOM:
            return self._put(place, {"custom_fields": self._custom(place, holding, change)})
        body = BODIES[place.slot](change.after, holding.around)
        if place.slot is Slot.START and place.entity is EntityKind.TASK:
            return self._start(place, body)
        return self._put(place, body)

    def _custom(self, place: Place, holding: Holding, change: FieldChange) -> JSON:
        field = self._fields.definition((holding.field or self._fields.added(place, holding)).id)
        dialect = Dialect(self._finder(holding), self._fields.new_option if self._options.create_options else None)
        return {field.id: custom_value(field, change.after, dialect, enabled=_is_enabled(place, holding))}

    def _finder(self, holding: Holding) -> UserFinder:
        workspace = str((holding.around.get("workspace") or {}).get("gid"))
        return self._finders.setdefault(workspace, UserFinder(self._opened.client, workspace))

    def _person(self, holding: Holding, change: FieldChange) -> str | None:
        return None if change.after is None else self._finder(holding)(as_text(change.after))

    def _start(self, place: Place, body: JSON) -> Send:
        """Give the call that sends a start with the due date beside it, and puts back a due date that it replaced."""
        read_at, send = self._opened.connection.said_at, self._put(place, body)

        def send_and_look() -> str:
            send()
            due = due_replaced(self._targets, self._opened, place.gid, body["due_on"], read_at)
            if due is None:
                return ""
            self._put(place, {"due_on": due})()
            return DUE_KEPT

        return send_and_look

    def _section(self, place: Place, holding: Holding, change: FieldChange) -> Send:
        wanted, home = as_text(change.after), holding.home
        if not self._options.sections:
            message = "a task is moved to another section only where the configuration says sections = true"
            raise RefusedError(message)
        if home is None:
            message = "the task is in no project, so that it has no section"
            raise RefusedError(message)
        if not wanted:
            message = "a task is always in a section of its project"
            raise RefusedError(message)
        project = str(home["gid"])
        if project not in self._sections:
            self._sections[project] = self._opened.client.sections(project)
        section = choose(wanted, self._sections[project], _name_of, f"The project {home.get('name')}")
        session, path = self._opened.connection.session, f"/sections/{section['gid']}/addTask"
        # The library would send the body once more, in the address.
        return _sent(lambda: session.json("POST", path, body={"data": {"task": place.gid}}))

    def _status_update(self, place: Place, change: FieldChange) -> Send:
        if not self._options.post_status_updates:
            message = "a status update is posted only where the configuration says post_status_updates = true"
            raise RefusedError(message)
        status = STATUSES.get(fold(as_text(change.after)))
        if status is None:
            message = f"a status update tells green, amber or red, not “{as_text(change.after)}”"
            raise RefusedError(message)
        text = f"The health of the project is {as_text(change.after)} now, as the project management office holds it."
        body = {"data": {"parent": place.gid, "status_type": status, "title": "Health", "text": text}}
        calls = self._opened.connection.library.api("StatusUpdatesApi")
        return _sent(lambda: calls.create_status_for_object(body, {}, full_payload=True), MAILED)

    def _put(self, place: Place, data: JSON) -> Send:
        """Give the call that edits one item, asking for no more than its gid in return."""
        body, asked, library = {"data": data}, {"opt_fields": "gid"}, self._opened.connection.library
        if place.entity is EntityKind.TASK:
            return _sent(lambda: library.api("TasksApi").update_task(body, place.gid, asked, full_payload=True))
        return _sent(lambda: library.api("ProjectsApi").update_project(body, place.gid, asked, full_payload=True))


def _sent(call: Callable[[], Any], note: str = "") -> Send:
    def send() -> str:
        call()
        return note

    return send


def _name_of(section: JSON) -> str:
    return str(section.get("name") or "")


def _is_enabled(place: Place, holding: Holding) -> bool:
    entry = entry_of(place, holding.around)
    return entry is None or entry.get("enabled") is not False

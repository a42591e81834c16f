"""One change as the one call that makes it, prepared before anything is sent."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import orjson

from canonical.values import FieldValue
from canonical.values import shown as as_text
from connectors.base import FieldChange
from connectors.http import CallError
from connectors.jira.client.api import JSON
from connectors.jira.config import Flavour
from connectors.jira.mapping.catalogue import TIME_TRACKING
from connectors.jira.opening import Opened
from connectors.jira.targets import CategoryPlace, IssuePlace, Place, PropertyPlace, Targets
from connectors.jira.writing.choices import named
from connectors.jira.writing.codec import Dialect, Sides, edit, editable, estimate
from connectors.jira.writing.people import UserFinder
from connectors.mapping.reading import fold
from connectors.writing.choices import choose
from connectors.writing.refusal import RefusedError
from connectors.writing.way import Held, Send

QUIET = {"notifyUsers": "false"}
LOUD_ONLY = "discard the user notification"
"""Jira's words where the account may not keep an edit from the watchers."""
WATCHERS = "watchers were told: only who administers the project may keep an edit quiet"
TRANSITION = "watchers were told, as of every transition"


class Editor:
    """Prepares and makes edits of one Jira."""

    def __init__(self, opened: Opened, targets: Targets, *, transitions: bool) -> None:
        self._opened = opened
        self._targets = targets
        self._transitions = transitions
        self._dialect = Dialect(opened.flavour is Flavour.CLOUD, UserFinder(opened))
        self._editable: dict[str, JSON] = {}
        self._quiet: dict[str, bool] = {}

    def prepare(self, place: Place, held: Held, change: FieldChange) -> Send:
        """Check a change against what Jira allows, and give the call that makes it.

        Raises:
            RefusedError: Jira would not take it, in words.
            ToolError: Jira is down, or does not accept the credential.
        """
        if isinstance(place, PropertyPlace):
            path = f"project/{place.project}/properties/{quote(place.key, safe='')}"
            return self._json("PUT", path, as_property(change.after))
        if isinstance(place, CategoryPlace):
            return self._json("PUT", f"project/{place.project}", {"categoryId": self._category(change.after)})
        if place.field.id == "status":
            return self._transition(place, held, change)
        body = self._edit(place, held, change)
        return lambda: self._put(place.issue, str((held.around.get("project") or {}).get("id") or ""), body)

    def _edit(self, place: IssuePlace, held: Held, change: FieldChange) -> Any:
        fields = self._editmeta(place.issue)
        carrier = "timetracking" if place.field.id in TIME_TRACKING else place.field.id
        if not isinstance(fields.get(carrier), dict):
            screen = f"is not on the screen for editing {held.around.get('key') or 'the issue'}"
            message = f"{place.field.label} {screen}, or this account may not edit it"
            raise RefusedError(message)
        if carrier != place.field.id:
            return estimate(place.field.id, place.field.label, change.after, held.around)
        return edit(editable(carrier, fields[carrier]), Sides(held.value, change.after), self._dialect)

    def _editmeta(self, issue: str) -> JSON:
        if issue not in self._editable:
            try:
                answer = self._ask(f"issue/{self._targets.address(issue)}/editmeta")
            except CallError as error:
                if error.status not in (403, 404):
                    raise
                message = f"the account may not edit the issue ({error.told})"
                raise RefusedError(message) from None
            fields = answer.get("fields")
            self._editable[issue] = fields if isinstance(fields, dict) else {}
        return self._editable[issue]

    def _transition(self, place: IssuePlace, held: Held, change: FieldChange) -> Send:
        """Find the transition that leads to a status; it is given nothing but itself."""
        now, wanted = as_text(held.value), as_text(change.after)
        if not self._transitions:
            message = "a status is written only where the configuration says transitions = true"
            raise RefusedError(message)
        path = f"issue/{self._targets.address(place.issue)}/transitions"
        listed = self._ask(path, {"expand": "transitions.fields"}).get("transitions") or []
        leading = [one for one in listed if fold(str((one.get("to") or {}).get("name"))) == fold(wanted)]
        if not leading:
            names = ", ".join(sorted({str((one.get("to") or {}).get("name")) for one in listed})) or "no other status"
            message = f"no transition leads from {now} to {wanted} for this account; from there it can go to {names}"
            raise RefusedError(message)
        asked = {one["id"]: self._required(one, place.issue) for one in leading}
        free = next((one for one in leading if not asked[one["id"]]), None)
        if free is None:
            first = leading[0]
            message = f"the transition {first.get('name')} asks for {', '.join(asked[first['id']])} as well"
            raise RefusedError(message)
        self._editable.pop(place.issue, None)
        send = self._json("POST", path, {"transition": {"id": str(free["id"])}})
        return lambda: send() or TRANSITION

    def _required(self, transition: JSON, issue: str) -> list[str]:
        """Name the fields that a transition asks for and that are empty."""
        required = {
            name: str(meta.get("name") or name)
            for name, meta in (transition.get("fields") or {}).items()
            if meta.get("required") is True and meta.get("hasDefaultValue") is not True
        }
        if not required:
            return []
        fields = self._ask(f"issue/{self._targets.address(issue)}", {"fields": ",".join(required)}).get("fields") or {}
        return [label for name, label in required.items() if fields.get(name) in (None, [], "")]

    def _category(self, after: FieldValue) -> int:
        if after is None:
            return -1
        return int(choose(as_text(after), self._ask("projectCategory"), named, "The project's category")["id"])

    def _put(self, issue: str, project: str, body: Any) -> str:
        """Edit an issue, quietly where that is permitted; refused for that alone it did nothing, and is sent again."""
        path = self._opened.client.api(f"issue/{self._targets.address(issue)}")
        if self._may_be_quiet(project):
            try:
                self._opened.connection.session.call("PUT", path, params=QUIET, body=body)
            except CallError as error:
                if error.status not in (400, 403) or LOUD_ONLY not in str(error.told).lower():
                    raise
                self._quiet[project] = False
            else:
                return ""
        self._opened.connection.session.call("PUT", path, body=body)
        return WATCHERS

    def _may_be_quiet(self, project: str) -> bool:
        if project not in self._quiet:
            names = "ADMINISTER", "ADMINISTER_PROJECTS"
            try:
                answer = self._ask("mypermissions", {"projectId": project, "permissions": ",".join(names)})
            except CallError as error:
                if error.status not in (400, 403, 404):
                    raise
                answer = {}
            held = answer.get("permissions") or {}
            self._quiet[project] = any((held.get(name) or {}).get("havePermission") is True for name in names)
        return self._quiet[project]

    def _json(self, method: str, path: str, body: Any) -> Send:
        """Give the call that sends this JSON, also where all of it is null."""
        connection = self._opened.connection
        url = f"{connection.base}{self._opened.client.api(path)}"
        headers = {"Content-Type": "application/json"}

        def send() -> str:
            connection.session.send(method, url, content=orjson.dumps(body), headers=headers)
            return ""

        return send

    def _ask(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        return self._opened.connection.get(self._opened.client.api(path), params)


def as_property(value: FieldValue) -> Any:
    """Give a value as the JSON of a property; a day and an instant as text."""
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    return value.isoformat() if isinstance(value, date) else value

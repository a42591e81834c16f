"""Custom fields as a write needs them: what each takes, and those and their options that are added where allowed."""

from collections.abc import Callable
from typing import Any

from canonical.problems import Problem
from canonical.vocabulary import EntityKind
from connectors.asana.config import AsanaOptions
from connectors.asana.mapping.catalogue import PARTS, AsanaField, Catalogue, read_field
from connectors.asana.opening import Opened
from connectors.asana.targets import Holding, Place
from connectors.http import CallError
from connectors.writing.refusal import RefusedError
from connectors.writing.way import words_of

REFUSING = frozenset({400, 402, 403, 404, 409, 410, 413, 422, 451})
"""Answers that speak of the change, not of Asana as a whole; 402: the plan does not have it."""


class Fields:
    """The custom fields of one Asana, for as long as one run writes.

    Adding a field or an option is no sending of the value: where its answer is lost, the next apply looks what is there
    and goes on.
    """

    def __init__(self, opened: Opened, options: AsanaOptions) -> None:
        self._opened = opened
        self._options = options
        self._definitions: dict[str, AsanaField] = {}
        self._shared: dict[str, Catalogue] = {}

    def definition(self, gid: str) -> AsanaField:
        """Read what a custom field takes, with all its options.

        Raises:
            RefusedError: the account may not see it.
            ToolError: Asana is down, or does not accept the credential.
        """
        if gid not in self._definitions:
            field = read_field(self._opened.client.custom_field(gid, PARTS))
            if field is None:
                message = f"the custom field {gid} is not to be seen by this account"
                raise RefusedError(message)
            self._definitions[gid] = field
        return self._definitions[gid]

    def new_option(self, field: AsanaField, name: str) -> str:
        """Add an option to a field, and give its gid.

        Raises:
            RefusedError: Asana does not let it be added, or it is not sure whether it was.
            ToolError: Asana is down, or does not accept the credential.
        """
        session, path = self._opened.connection.session, f"/custom_fields/{field.id}/enum_options"
        # The library would send the body once more, in the address.
        answer = _step(
            f"adding the option {name} to {field.name}",
            lambda: session.json("POST", path, body={"data": {"name": name}}),
        )
        self._definitions.pop(field.id, None)
        made = answer.get("data") if isinstance(answer, dict) else None
        if not isinstance(made, dict) or not made.get("gid"):
            message = f"adding the option {name} to {field.name}: Asana does not say which it is now"
            raise RefusedError(message, later=True)
        return str(made["gid"])

    def added(self, place: Place, holding: Holding) -> AsanaField:
        """Add a custom field to the home project of a task that lacks it, and give it.

        Raises:
            RefusedError: the configuration or Asana does not let it be added, or it is not sure whether it was.
            ToolError: Asana is down, or does not accept the credential.
        """
        project = self._may_be_added(place, holding)
        workspace = str((holding.around.get("workspace") or {}).get("gid"))
        field = self._shared_by(workspace, place.name)
        calls = self._opened.connection.library.api("ProjectsApi")
        _step(
            f"adding {field.name} to the project {project.get('name')}",
            lambda: calls.add_custom_field_setting_for_project(
                {"data": {"custom_field": field.id, "is_important": False}}, str(project["gid"]), {}
            ),
        )
        return field

    def _may_be_added(self, place: Place, holding: Holding) -> Any:
        if place.entity is EntityKind.PROJECT:
            # A setting on a project is for its tasks; a project's own fields are settings of a portfolio.
            message = f"the project has no custom field {place.name}; it gets one from a portfolio that it is in"
            raise RefusedError(message)
        project = holding.home
        if project is None:
            message = f"the task has no custom field {place.name}, and is in no project that could have it"
            raise RefusedError(message)
        if not self._options.add_fields:
            message = f"its project {project.get('name')} has no custom field {place.name} (add_fields = true adds it)"
            raise RefusedError(message)
        if str(project.get("gid")) not in self._opened.listed.projects:
            message = f"its project {project.get('name')} is none of those that the configuration means"
            raise RefusedError(message)
        return project

    def _shared_by(self, workspace: str, name: str) -> AsanaField:
        """Find a custom field that the whole workspace shares: one of a single project stays with that one."""
        if workspace not in self._shared:
            pages = self._opened.client.custom_fields(workspace, ("name",))
            self._shared[workspace] = Catalogue(raw for page in pages for raw in page)
        found = self._shared[workspace].find(name, self._opened.connection.where)
        if isinstance(found, Problem):
            raise RefusedError(found.what.removesuffix("."))
        return found


def _step(what: str, call: Callable[[], Any]) -> Any:
    try:
        return call()
    except CallError as error:
        if error.uncertain:
            message = f"{what}: the answer was lost, and nothing of the value was sent"
            raise RefusedError(message, later=True) from None
        if error.status not in REFUSING:
            raise
        message = f"{what}: Asana refused: {words_of(error)}"
        raise RefusedError(message) from None

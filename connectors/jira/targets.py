"""Where a target is in Jira, and what it holds now: read from the issue or the project itself, never by a search."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import quote

from canonical.problems import Problem
from canonical.values import FieldValue
from canonical.values import shown as as_text
from canonical.vocabulary import EntityKind
from connectors.base import ConnectorContext, CurrentValue, Target
from connectors.http import CallError
from connectors.jira.client.api import JSON
from connectors.jira.config import Flavour, JiraOptions
from connectors.jira.mapping.carriers import CarrierKind, parse_carrier
from connectors.jira.mapping.catalogue import BY_CHOICE, TIME_TRACKING, JiraField
from connectors.jira.mapping.reading import name_of
from connectors.jira.mapping.values import any_form, decoder
from connectors.jira.opening import Opened
from connectors.jira.pulling.scope import without_order
from connectors.mapping.declaring import declared
from connectors.mapping.reading import FAULTS, UnmappableError, fold
from connectors.writing.lists import same
from connectors.writing.refusal import RefusedError, unread
from connectors.writing.way import Held

Decode = Callable[[Any], FieldValue]
HIDDEN = (403, 404, 410)
"""Answers that speak of the item asked for, not of Jira as a whole."""


@dataclass(frozen=True, slots=True)
class IssuePlace:
    """A field of an issue, of a task's own or of a project's charter."""

    issue: str
    field: JiraField
    decode: Decode


@dataclass(frozen=True, slots=True)
class PropertyPlace:
    """A property of a project."""

    project: str
    key: str
    decode: Decode


@dataclass(frozen=True, slots=True)
class CategoryPlace:
    """The category of a project."""

    project: str


Place: TypeAlias = IssuePlace | PropertyPlace | CategoryPlace


def same_in(place: Place, one: FieldValue, other: FieldValue) -> bool:
    """Say whether two values mean the same in a place: of what is chosen from a list, Jira's list has the spelling."""
    if isinstance(place, IssuePlace) and place.field.type in BY_CHOICE and None not in (one, other):
        return fold(as_text(one)) == fold(as_text(other))
    return same(one, other)


class Targets:
    """Finds and reads targets of one Jira."""

    def __init__(self, opened: Opened, options: JiraOptions, context: ConnectorContext) -> None:
        self._opened = opened
        self._options = options
        self._context = context
        self._charters: dict[str, str] = {}
        self._keys: dict[str, str] = {}

    def read(self, targets: Sequence[Target]) -> Sequence[CurrentValue]:
        """Read targets, in their order; those of one issue by one call.

        Raises:
            ToolError: Jira is down, or does not accept the credential.
        """
        found: dict[Target, CurrentValue] = {}
        by_issue: dict[str, list[tuple[Target, IssuePlace]]] = defaultdict(list)
        for target in targets:
            try:
                place = self.place(target)
                if isinstance(place, IssuePlace):
                    by_issue[place.issue].append((target, place))
                else:
                    found[target] = CurrentValue(target, self.hold(place).value)
            except RefusedError as refusal:
                found[target] = unread("Jira", target, refusal)
        for wanted in by_issue.values():
            found |= self._of_issue(wanted)
        return [found[target] for target in targets]

    def _of_issue(self, wanted: Sequence[tuple[Target, IssuePlace]]) -> dict[Target, CurrentValue]:
        try:
            fields = self._issue(wanted[0][1].issue, [place.field.id for _, place in wanted])
        except RefusedError as refusal:
            return {target: unread("Jira", target, refusal) for target, _ in wanted}
        found = {}
        for target, place in wanted:
            try:
                found[target] = CurrentValue(target, _decoded(place, fields))
            except RefusedError as refusal:
                found[target] = unread("Jira", target, refusal)
        return found

    def place(self, target: Target) -> Place:
        """Find where a target is.

        Raises:
            RefusedError: there is no such place, in words.
            ToolError: Jira is down, or does not accept the credential.
        """
        if not target.external_id.isdecimal():
            message = f"{target.external_id} is not the id of anything in Jira"
            raise RefusedError(message)
        if target.entity is EntityKind.TASK:
            return self._field(target, target.external_id, target.carrier)
        if target.entity is not EntityKind.PROJECT:
            message = f"pmohub writes nothing of a {target.entity.replace('_', ' ')} in Jira"
            raise RefusedError(message)
        carrier = parse_carrier(target.carrier, self._context.id)
        if isinstance(carrier, Problem):
            raise RefusedError(carrier.what)
        if carrier.kind is CarrierKind.CHARTER:
            return self._field(target, self._charter(target.external_id), carrier.name)
        if carrier.kind is CarrierKind.CATEGORY:
            return CategoryPlace(target.external_id)
        return PropertyPlace(target.external_id, carrier.name, self._declared(target, any_form))

    def _field(self, target: Target, issue: str, name: str) -> IssuePlace:
        found = self._opened.catalogue.find(name, self._context.id)
        if isinstance(found, Problem):
            raise RefusedError(found.what)
        return IssuePlace(issue, found, self._declared(target, decoder(found, self._context.timezone)))

    def _declared(self, target: Target, decode: Decode) -> Decode:
        types = self._context.carrier_types.get(target.entity, {})
        return declared(decode, types.get(target.field), self._context.timezone)

    def _charter(self, project: str) -> str:
        if project in self._charters:
            return self._charters[project]
        if self._options.charter is None:
            message = "the configuration does not say which issue is a project's charter (charter.jql)"
            raise RefusedError(message)
        jql = f"project = {project} AND ({without_order(self._options.charter.jql)})"
        try:
            found = [issue for page in self._opened.client.listed(jql) for issue in page]
        except CallError as error:
            if error.status != 400:
                raise
            message = f"Jira does not understand the filter for charters (charter.jql): {error.told}"
            raise RefusedError(message) from None
        if not found:
            message = f"the project has no charter issue ({self._options.charter.jql})"
            raise RefusedError(message)
        if len(found) > 1:
            keys = ", ".join(issue.key for issue in found[:5])
            message = f"{len(found)} issues of the project are charters: {keys}"
            raise RefusedError(message)
        self._charters[project] = str(found[0].id)
        return self._charters[project]

    def address(self, issue: str) -> str:
        """Give how an issue is addressed: by its id, or by its key where the server knows keys alone."""
        return self._keys.get(issue, issue)

    def _find_key(self, issue: str) -> bool:
        """Find the key of an issue for a server that does not answer ids; every reading compares the id it gives."""
        try:
            pages = self._opened.client.listed(f"id = {issue}")
            key = next((seen.key for page in pages for seen in page if str(seen.id) == issue), None)
        except CallError as error:
            if error.status not in (400, *HIDDEN):
                raise
            return False
        if key is not None:
            self._keys[issue] = key
        return key is not None

    def hold(self, place: Place) -> Held:
        """Read what a place holds now.

        Raises:
            RefusedError: it is not to be seen, or cannot be read, in words.
            ToolError: Jira is down, or does not accept the credential.
        """
        if isinstance(place, IssuePlace):
            fields = self._issue(place.issue, [place.field.id])
            return Held(_decoded(place, fields), fields)
        project = self._asked(f"project/{place.project}", "the project")
        if isinstance(place, CategoryPlace):
            try:
                return Held(name_of(project.get("projectCategory")), project)
            except UnmappableError as error:
                raise RefusedError(error.reason) from None
        return Held(self._property(place), project)

    def _property(self, place: PropertyPlace) -> FieldValue:
        path = self._opened.client.api(f"project/{place.project}/properties/{quote(place.key, safe='')}")
        try:
            raw = self._opened.connection.get(path).get("value")
        except CallError as error:
            # The project was read right before: it is the property that is not there.
            if error.status == 404:
                return None
            raise
        try:
            return None if raw is None else place.decode(raw)
        except FAULTS as error:
            raise _unreadable(place.key, error) from None

    def _issue(self, issue: str, fields: Sequence[str]) -> JSON:
        asked = dict.fromkeys([*fields, *TIME_TRACKING, "project", "status"])
        params = {"fields": ",".join(asked)}
        try:
            answer = self._asked(f"issue/{self.address(issue)}", "the issue", params)
        except RefusedError:
            if self._opened.flavour is Flavour.CLOUD or issue in self._keys or not self._find_key(issue):
                raise
            answer = self._asked(f"issue/{self.address(issue)}", "the issue", params)
        if str(answer.get("id")) != issue or not isinstance(answer.get("fields"), dict):
            message = f"Jira answered with another issue than the one asked for ({issue})"
            raise RefusedError(message)
        return {**answer["fields"], "key": answer.get("key")}

    def _asked(self, path: str, what: str, params: Mapping[str, str] | None = None) -> JSON:
        try:
            answer: JSON = self._opened.connection.get(self._opened.client.api(path), params)
        except CallError as error:
            if error.status not in HIDDEN:
                raise
            said = f": {error.told}" if str(error.told) else ""
            message = f"{what} is not there, or not to be seen by this account{said}"
            raise RefusedError(message) from None
        return answer


def _decoded(place: IssuePlace, fields: JSON) -> FieldValue:
    raw = fields.get(place.field.id)
    try:
        value = None if raw is None else place.decode(raw)
    except FAULTS as error:
        raise _unreadable(place.field.label, error) from None
    return None if value == [] else value


def _unreadable(label: str, error: BaseException) -> RefusedError:
    reason = error.reason if isinstance(error, UnmappableError) else "it is not in a form that Jira documents"
    return RefusedError(f"{label}: {reason}")

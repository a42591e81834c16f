"""The first questions of every run: who am I, which workspaces and projects are there, which fields have they."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from canonical.problems import Problem, ToolError, Weight
from canonical.records import Ref
from canonical.vocabulary import EntityKind
from connectors.asana.client.api import Client
from connectors.asana.client.connection import JSON, Connection
from connectors.asana.client.rules import READING
from connectors.asana.config import AsanaOptions
from connectors.asana.mapping.asking import ask_for
from connectors.asana.mapping.catalogue import IN_SETTINGS, PARTS, Catalogue
from connectors.asana.mapping.plan import Plan, compile_plan
from connectors.asana.mapping.slots import Slot, slot_of
from connectors.asana.pulling.scope import fits, in_scope, unmatched
from connectors.base import ConnectorContext
from connectors.http import CallError

NAMES = 12
"""So many names are listed where one is not known."""
SETTINGS = tuple(f"custom_field_settings.{part}" for part in IN_SETTINGS)


@dataclass(frozen=True, slots=True)
class Listed:
    """The projects that an account sees, each with its workspace's gid, and the fields of those that are meant."""

    shown: Mapping[str, Sequence[JSON]]
    meant: Mapping[str, Sequence[JSON]]
    catalogue: Catalogue

    @property
    def projects(self) -> Mapping[str, str]:
        """Give the workspace of each project that is meant, by gid."""
        return {str(raw["gid"]): workspace for workspace, raws in self.meant.items() for raw in raws}


class Opened:
    """An Asana that answers: as whom, with which of the workspaces that are meant, at which moment there."""

    def __init__(self, client: Client, account: JSON, seen: Sequence[JSON], now: datetime, meant: "Meant") -> None:
        self.client, self.account, self.seen, self.now = client, account, seen, now
        self.meant = meant

    @property
    def connection(self) -> Connection:
        """The session."""
        return self.client.connection

    @property
    def actor(self) -> Ref:
        """Name the account as stories do."""
        return f"id:{self.account['gid']}"

    @property
    def workspaces(self) -> Sequence[JSON]:
        """The workspaces that are meant."""
        return self.meant.workspaces(self.seen)

    @cached_property
    def listed(self) -> Listed:
        """The projects, listed once.

        Raises:
            ToolError: Asana does not list them, or shows none that is meant.
        """
        return self.meant.listed(self)

    @cached_property
    def plan(self) -> Plan:
        """The mapping, held against the fields that are there."""
        return compile_plan(self.meant.options, self.meant.context, self.listed.catalogue)


@dataclass(frozen=True, slots=True)
class Meant:
    """What the configuration means."""

    options: AsanaOptions
    context: ConnectorContext

    def workspaces(self, seen: Sequence[JSON]) -> list[JSON]:
        """Give those of the workspaces that are meant."""
        return [raw for raw in seen if any(fits(raw, wanted) for wanted in self.options.workspaces)]

    def listed(self, opened: Opened) -> Listed:
        """List projects, with the fields that they use."""
        options, carriers = self.options, self.context.carriers
        own = bool(options.project_fields or carriers.get(EntityKind.PROJECT))
        fields = (*ask_for(options, tasks=True, projects=own).project, *SETTINGS)
        shown = {
            str(workspace["gid"]): [
                raw for page in opened.client.projects(str(workspace["gid"]), fields) for raw in page if raw.get("gid")
            ]
            for workspace in opened.workspaces
        }
        meant = {
            workspace: [raw for raw in raws if in_scope(raw, options.teams, options.projects)]
            for workspace, raws in shown.items()
        }
        if not any(meant.values()):
            raise ToolError(_no_project(opened, [raw for raws in shown.values() for raw in raws]))
        return Listed(shown, meant, self._catalogue(opened, [raw for raws in meant.values() for raw in raws]))

    def _catalogue(self, opened: Opened, projects: Sequence[JSON]) -> Catalogue:
        """Give the fields that projects use; those that only the workspace has where a mapped one is not among them."""
        entries = [each for raw in projects for each in _entries(raw)]
        catalogue = Catalogue(entries)
        wanted = [*(field.name for field in (*self.options.fields.values(), *self.options.project_fields.values()))]
        wanted += [
            carrier
            for entity, of_each in self.context.carriers.items()
            for carrier in of_each.values()
            if slot_of(entity, carrier) is Slot.CUSTOM
        ]
        found = (catalogue.find(name, self.context.id) for name in wanted)
        if not any(isinstance(each, Problem) and each.weight is Weight.WARNING for each in found):
            return catalogue
        for workspace in opened.workspaces:
            try:
                for page in opened.client.custom_fields(str(workspace["gid"]), ("gid", *PARTS)):
                    entries += page
            except CallError as error:
                # Custom fields are a feature of paid plans.
                if error.status not in {402, 403, 404}:
                    raise
        return Catalogue(entries)


def open_asana(options: AsanaOptions, context: ConnectorContext, connection: Connection | None = None) -> Opened:
    """Log in and ask the first questions, on a connection that there is already or a new one.

    Raises:
        ConfigurationError: the token or the file of authorities is not there.
        ToolError: Asana does not answer, does not accept the token, or shows none of the workspaces that are meant.
    """
    connection = connection or Connection(options, context, READING)
    try:
        return _opened(Client(connection), options, context)
    except BaseException:
        connection.close()
        raise


def _opened(client: Client, options: AsanaOptions, context: ConnectorContext) -> Opened:
    account = _account(client)
    now = client.connection.now()
    opened = Opened(client, account, client.workspaces(), now, Meant(options, context))
    if not opened.workspaces:
        raise ToolError(_no_workspace(opened, context.id, options.workspaces))
    return opened


def unmatched_workspaces(opened: Opened) -> Iterator[Problem]:
    """Say which workspaces of the configuration the account does not see, and which names several have."""
    options, connector = opened.meant.options, opened.connection.where
    for wanted in options.workspaces:
        found = [raw for raw in opened.seen if fits(raw, wanted)]
        if not found:
            yield replace(_no_workspace(opened, connector, [wanted]), weight=Weight.WARNING)
        elif len(found) > 1 and not set(wanted) & set("*?["):
            gids = " and ".join(sorted(str(raw["gid"]) for raw in found))
            yield Problem(
                f"{len(found)} workspaces are called {wanted}: {gids}.",
                f"{connector}: workspaces",
                "All of them are read.",
                "Write the gid of the one that is meant.",
                Weight.WARNING,
            )


def unmatched_projects(opened: Opened) -> Iterator[Problem]:
    """Say which projects and teams of the configuration are not to be seen."""
    shown = [raw for raws in opened.listed.shown.values() for raw in raws]
    not_done = "The others are read, and nothing is taken for gone."
    for option, items in (("projects", shown), ("teams", _teams(shown))):
        yield from unmatched_names(opened, option, items, not_done, f"let the account see the {option[:-1]}")


def unmatched_names(
    opened: Opened, option: str, items: Sequence[JSON], not_done: str, otherwise: str
) -> Iterator[Problem]:
    """Say which names and patterns of an option mean none of `items`; `otherwise` helps where the name is right."""
    wanted = getattr(opened.meant.options, option)
    for name in unmatched(items, wanted) if tuple(wanted) != ("*",) else ():
        yield Problem(
            f"No {option[:-1]} that this account sees is called {name}.",
            f"{opened.connection.where}: {option}",
            not_done,
            f"Write the name as Asana shows it, or {otherwise}; there are {_named(items)}.",
            Weight.WARNING,
        )


def _teams(projects: Sequence[JSON]) -> list[JSON]:
    return list({str(team.get("gid")): team for raw in projects if isinstance(team := raw.get("team"), dict)}.values())


def _named(items: Sequence[JSON]) -> str:
    names = sorted({str(each.get("name")) for each in items}, key=str.casefold)
    more = f" and {len(names) - NAMES:,} more" if len(names) > NAMES else ""
    return f"{', '.join(names[:NAMES]) or 'none at all'}{more}"


def _entries(raw: JSON) -> Iterator[JSON]:
    for name in ("custom_field_settings", "custom_fields"):
        listed = raw.get(name)
        yield from (each for each in listed if isinstance(each, dict)) if isinstance(listed, list) else ()


def _account(client: Client) -> JSON:
    """Ask who we are; at this first question it is the address or the token that is wrong, not the item asked for."""
    try:
        return client.me()
    except CallError as error:
        if error.status == 404:
            step = "Write the address of Asana's API as `url`, with its version: https://app.asana.com/api/1.0."
            error.problem = replace(error.problem, next_step=step)
        raise


def _no_workspace(opened: Opened, connector: str, wanted: Sequence[str]) -> Problem:
    there = ", ".join(f"{raw.get('name')} ({raw.get('gid')})" for raw in opened.seen) or "none at all"
    return Problem(
        f"{opened.account.get('name') or 'This account'} sees no workspace called {' or '.join(wanted)}.",
        f"{connector}: workspaces",
        "Nothing of it was read, and nothing is taken for gone.",
        f"Write the name or gid of one that is there: {there}.",
    )


def _no_project(opened: Opened, shown: Sequence[JSON]) -> Problem:
    options = opened.meant.options
    narrowed = {
        option: f"{words} called {' or '.join(wanted)}"
        for option, words, wanted in (("projects", "is", options.projects), ("teams", "is in a team", options.teams))
        if tuple(wanted) != ("*",)
    }
    names = ", ".join(str(raw.get("name")) for raw in opened.workspaces)
    if not shown:
        what = f"Asana shows no project at all of {names} to {opened.account.get('name') or 'this account'}."
        step = "Look whether this is the right account, and make it a member of the teams or projects to be read."
    else:
        what = f"None of the {len(shown):,} projects that are shown of {names} {' and '.join(narrowed.values())}."
        there = {"projects": shown, "teams": _teams(shown)}
        step = f"Write names as Asana shows them: {'; '.join(f'{each}: {_named(there[each])}' for each in narrowed)}."
    where = f"{opened.connection.where}: {' and '.join(narrowed) or 'projects'}"
    return Problem(what, where, "Nothing was read, and nothing is taken for gone.", step)

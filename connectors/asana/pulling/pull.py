"""The pull: everything, or what changed since, in batches that can be resumed from."""

from collections.abc import Generator, Mapping
from dataclasses import replace

from canonical.intake import Batch, Cursor
from connectors.asana.config import AsanaOptions
from connectors.asana.opening import Opened
from connectors.asana.pulling.changes import read_changes
from connectors.asana.pulling.cursor import Place, Reading
from connectors.asana.pulling.facts import read_new_updates, read_projects
from connectors.asana.pulling.full import read_everything
from connectors.asana.pulling.run import Run
from connectors.asana.pulling.scope import digest
from connectors.asana.pulling.whereabouts import JustListed
from connectors.base import ConnectorContext
from connectors.moments import milliseconds

EVERY = 24 * 3600 * 1000
"""Milliseconds after which everything is read anew."""


def pull(
    opened: Opened, options: AsanaOptions, context: ConnectorContext, cursor: Cursor | None
) -> Generator[Batch, None, JustListed | None]:
    """Give the batches of one pull, and at its end where all tasks are, if it has listed them all.

    Raises:
        ToolError: Asana cannot be read, or shows no project that is meant.
    """
    now = milliseconds(opened.now)
    place = begun(opened, options, context, cursor, now)
    with opened.connection.session.threads() as pool:
        run = Run(opened, options, pool, now, place)
        if place.reading is None:
            yield read_projects(run)
            # A task that was in a project which is no longer read may be in another one, too, and untouched.
            left = place.tokens.keys() - run.projects.keys()
            following = Reading(now) if left or now - (place.whole_at or 0) >= EVERY else None
            if following is None:
                yield from read_new_updates(run)
            yield from read_changes(run, place.since or 0, following)
        elif place.reading.facts:
            yield read_projects(run)
        reading = run.place.reading
        if reading is None:
            return None
        run.done = reading.count
        return (yield from read_everything(run, reading))


def begun(opened: Opened, options: AsanaOptions, context: ConnectorContext, cursor: Cursor | None, now: int) -> Place:
    """Go on from what is known, or begin anew where something else was asked for, or a chosen option was renamed."""
    known, asked = Place.read(cursor), asked_for(opened, options, context)
    names = option_names(opened)
    if (
        known is None
        or known.asked != asked
        or any(names.get(gid, name) != name for gid, name in known.options.items())
    ):
        return Place(asked, options=names, reading=Reading(now))
    return replace(known, options=names)


def asked_for(opened: Opened, options: AsanaOptions, context: ConnectorContext) -> str:
    """Name what is asked for; what was read for another mapping or scope does not count."""
    unread = {
        "url",
        "token",
        "token_expires",
        "ca_bundle",
        "proxy",
        "requests_at_once",
        "requests_per_minute",
        "patience",
    }
    meant = options.model_dump(mode="json", exclude={*unread, "post_status_updates", "create_options", "sections"})
    carriers = {kind.value: sorted(names.items()) for kind, names in context.carriers.items()}
    workspaces = sorted(str(raw["gid"]) for raw in opened.workspaces)
    return digest(sorted(meant.items()), sorted(carriers.items()), str(context.timezone), workspaces)


def option_names(opened: Opened) -> Mapping[str, str]:
    """Give the names of the options of mapped fields: a new name changes no task, and yet what all of them say."""
    plan = opened.plan
    mapped = [each.field for of_each in (plan.own, plan.record) for fields in of_each.values() for each in fields]
    mapped += [plan.status.field] if plan.status else []
    return {choice.gid: choice.name for field in mapped for choice in field.choices}

"""The pull: everything, or what changed since, in batches that can be resumed from.

A full reading lists issues by creation, reads them whole and then the worklogs; each batch's cursor says from where to
go on. Later ones list what changed since the server's time of the last run, less an overlap: a search may lag behind,
and clocks differ. What was already seen in the overlap is left out by its `updated`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from canonical.intake import Batch, Cursor
from canonical.problems import Problem, ToolError, Weight
from connectors.base import ConnectorContext, Known
from connectors.http import CallError
from connectors.jira.client.api import JSON, Client
from connectors.jira.config import JiraOptions
from connectors.jira.mapping.carriers import ProjectCarriers
from connectors.jira.mapping.history import statuses_of
from connectors.jira.mapping.plan import compile_plan
from connectors.jira.opening import Opened, for_people
from connectors.jira.pulling.ahead import Ahead
from connectors.jira.pulling.changes import read_changes
from connectors.jira.pulling.cursor import Place, Reading
from connectors.jira.pulling.full import read_everything
from connectors.jira.pulling.projects import add_projects, carriers_of, listed_projects, unmatched
from connectors.jira.pulling.records import Made, Maker
from connectors.jira.pulling.run import OVERLAP, Run
from connectors.jira.pulling.scope import digest
from connectors.moments import milliseconds

PEOPLE_EVERY = 24 * 3600 * 1000
PEOPLE_AHEAD = 2
"""Pages of users drawn before they are asked for: what most sites have, with the page that ends them."""


def pull(
    opened: Opened, options: JiraOptions, context: ConnectorContext, known: Known, cursor: Cursor | None
) -> Iterator[Batch]:
    """Give the batches of one pull.

    Raises:
        ToolError: Jira cannot be read, shows no project that is meant, or is another one than before.
    """
    shown = for_people(options, opened.site)
    plan = compile_plan(shown, context, opened.catalogue, opened.flavour)
    carriers = carriers_of(opened, options, context)
    now = milliseconds(opened.now)
    place = _begun(opened, options, context, cursor, now)
    with opened.connection.session.threads() as pool, _users(opened.client, place, now) as users:
        categories = pool.submit(categories_of, opened) if options.history else None
        projects, scope = listed_projects(opened, options, carriers)
        maker = Maker(plan, categories.result() if categories else {})
        run = Run(opened, options, plan, maker, known, scope, pool, now, place)
        reading = run.place.reading
        run.done = reading.done if reading else 0
        yield run.batch(_site(run, projects, carriers))
        if users is not None:
            yield from _people(run, users)
        if reading is not None:
            yield from read_everything(run, reading)
        else:
            yield from read_changes(run, run.place.since or 0)


def asked_for(options: JiraOptions, context: ConnectorContext) -> str:
    """Name what is asked for; what was read for another mapping or scope does not count."""
    meant = options.model_dump(
        mode="json", include={"projects", "jql", "fields", "statuses", "kinds", "links", "worklogs", "history"}
    )
    carriers = {kind.value: sorted(names.items()) for kind, names in context.carriers.items()}
    return digest(sorted(meant.items()), sorted(carriers.items()), str(context.timezone))


def categories_of(opened: Opened) -> Mapping[str, str]:
    """Ask which category each status has: histories name the status only."""
    return statuses_of(status.raw for status in opened.connection.library.statuses())


def _begun(opened: Opened, options: JiraOptions, context: ConnectorContext, cursor: Cursor | None, now: int) -> Place:
    """Go on from what is known, or begin anew where something else was asked for, or the server's clock was set back.

    What changes after that has moments before the cursor's.
    """
    known, asked = Place.read(cursor), asked_for(options, context)
    if known is not None and known.site != opened.site:
        raise ToolError(_another(context.id, known.site, opened.site))
    if known is None or known.asked != asked or now < (known.since or 0) - OVERLAP[opened.flavour]:
        return Place(opened.site, asked, reading=Reading(now))
    return known


def _site(run: Run, projects: Sequence[JSON], carriers: ProjectCarriers) -> Made:
    missing = unmatched(run.options, run.opened.connection.where, projects)
    # A note on how a field is read is for a check; each run would tell it again.
    wrong = [problem for problem in run.plan.problems if problem.weight is not Weight.INFO]
    made = Made(problems=[*wrong, *carriers.problems, *missing])
    add_projects(made, run.opened, for_people(run.options, run.opened.site), projects, carriers)
    return made


@contextmanager
def _users(client: Client, place: Place, now: int) -> Iterator[Iterator[list[JSON]] | None]:
    """Begin to list users, once a day: in between they come with what they work on."""
    if place.people_at is not None and abs(now - place.people_at) < PEOPLE_EVERY:
        yield None
        return
    with Ahead(client.users(), PEOPLE_AHEAD) as pages:
        yield pages


def _people(run: Run, users: Iterator[list[JSON]]) -> Iterator[Batch]:
    try:
        for page in users:
            made = Made()
            run.maker.people(made, page, listed=True)
            yield run.batch(made)
    except CallError as error:
        if error.status not in {400, 401, 403, 404}:
            raise
        yield run.batch(Made(problems=[_no_users(run, error)]))
    run.place = replace(run.place, people_at=run.now)


def _no_users(run: Run, error: CallError) -> Problem:
    return Problem(
        f"Jira does not list its users to this account: {error.problem.what}",
        run.opened.connection.where,
        "People are known from what they work on only.",
        "Give the account the global permission to browse users.",
        Weight.INFO,
    )


def _another(connector: str, before: str, now: str) -> Problem:
    return Problem(
        f"Another Jira answers: {now} instead of {before}.",
        connector,
        "Nothing was read: the ids of one Jira mean other issues in another.",
        "Look at `url`. If the Jira was renamed or moved, tell the hub so.",
        commands=(f"pmohub connector move {connector}",),
    )

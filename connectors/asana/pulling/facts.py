"""What is listed beside tasks: projects with their portfolios, goals and budgets, people with their rates, reports.

None of it tells of its changes, but for the newest status update, which the list of projects names. So it is read with
everything, once a day; projects themselves and their new status updates are read in every run.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from canonical.intake import Batch, Listing
from canonical.problems import Weight
from canonical.vocabulary import EntityKind
from connectors.asana.client.connection import JSON
from connectors.asana.mapping.capacity import leave_scope
from connectors.asana.mapping.people import agreed_rates
from connectors.asana.mapping.projects import Beside
from connectors.asana.opening import unmatched_projects, unmatched_workspaces
from connectors.asana.pulling.features import Feature
from connectors.asana.pulling.portfolios import unmatched_portfolios, walk
from connectors.asana.pulling.records import Made
from connectors.asana.pulling.run import Run
from connectors.asana.pulling.scope import meant

A_BATCH = 50
"""Projects, or people, in one batch."""
Entry = tuple[str, JSON]
"""A project and the gid of its workspace before it."""


@dataclass(frozen=True, slots=True)
class _Facts:
    """What was read of one project; None: it is not read, or refused."""

    beside: Beside
    rates: Sequence[JSON] | None
    updates: Sequence[JSON] | None
    allocations: Sequence[JSON] | None


def read_projects(run: Run) -> Batch:
    """Give the projects as the list shows them."""
    made = _findings(run)
    for workspace, raw in _projects(run):
        run.maker.project(made, raw, workspace, Beside())
    return run.batch(made)


def read_new_updates(run: Run) -> Iterator[Batch]:
    """Read the status updates of projects that have another newest one."""
    if not run.options.status_updates:
        return
    newest = _newest(run)
    changed = [entry for entry in _projects(run) if newest.get(_gid(entry)) != run.place.statuses.get(_gid(entry))]
    for start in range(0, len(changed), A_BATCH):
        made, whole = Made(), list[Listing]()
        for entry, updates in run.side_by_side(changed[start : start + A_BATCH], partial(_updates, run)):
            _add_updates(run, made, whole, _gid(entry), updates)
        statuses = dict(run.place.statuses)
        for entry in changed[start : start + A_BATCH]:
            statuses.pop(_gid(entry), None)
            statuses |= {gid: newest[gid] for gid in [_gid(entry)] if gid in newest}
        yield run.batch(made, replace(run.place, statuses=statuses), begins=whole, complete=whole)


def read_facts(run: Run) -> Iterator[Batch]:
    """Read projects with all that belongs to them, and people."""
    seen = list[JSON]()
    portfolios = _portfolios(run, seen)
    run.maker.hold()
    entries, rates = list(_projects(run)), list[JSON]()
    refused = False
    for start in range(0, len(entries), A_BATCH):
        made, whole = (_findings(run) if start == 0 else Made()), list[Listing]()
        if start == 0 and portfolios:
            made.problems += unmatched_portfolios(run.opened, seen)
        for entry, facts in run.side_by_side(entries[start : start + A_BATCH], partial(_facts, run)):
            names = portfolios.get(entry[0])
            beside = facts.beside if names is None else replace(facts.beside, portfolios=names.get(_gid(entry), ()))
            run.maker.project(made, entry[1], entry[0], beside)
            _add_updates(run, made, whole, _gid(entry), facts.updates)
            if facts.allocations is not None:
                run.maker.allocations(made, facts.allocations, _gid(entry))
                whole.append(Listing(EntityKind.ALLOCATION, _gid(entry)))
            rates += facts.rates or ()
            refused = refused or facts.rates is None
        whole += add_absences(run, made)
        yield run.batch(made, begins=whole, complete=whole)
    run.place = replace(run.place, statuses=_newest(run))
    yield from _people(run, None if refused or not run.options.rates else rates)


def add_absences(run: Run, made: Made) -> list[Listing]:
    """Add the days away of those whom the pull has met since this was last called: people who work on what is read.

    Give the lists that were read whole, one for each person: of those who are met no more nothing is known. Whoever
    goes on from a batch has those of all whom it named.
    """
    if not run.options.absences:
        return []

    def absences(who: tuple[str, str]) -> list[JSON] | None:
        return run.features.ask(Feature.ABSENCES, who[1], partial(run.client.absences, *who, run.plan.ask.ooo_entry))

    whole = []
    for who, rows in run.side_by_side(run.maker.newly_working(), absences):
        if rows is not None:
            run.maker.absences(made, rows, leave_scope(*who))
            whole.append(Listing(EntityKind.LEAVE, leave_scope(*who)))
    return whole


def _people(run: Run, rates: Sequence[JSON] | None) -> Iterator[Batch]:
    """List users; what they cost is known where the rates of every project were read."""
    agreed, problems = (None, []) if rates is None else agreed_rates(rates, run.plan.connector)
    made = Made(problems=problems)
    for workspace in dict.fromkeys(run.projects.values()):
        listed = run.features.ask(Feature.USERS, workspace, partial(_users, run, workspace))
        for page in listed or ():
            run.maker.users(made, page, agreed)
            yield run.batch(made)
            made = Made()
    run.maker.release(made)
    yield run.batch(made)


def _users(run: Run, workspace: str) -> list[list[JSON]]:
    return list(run.client.users(workspace, run.plan.ask.user))


def _facts(run: Run, entry: Entry) -> _Facts:
    workspace, project = entry[0], _gid(entry)
    options, ask, client, asked = run.options, run.plan.ask, run.client, run.features.ask
    goals = asked(Feature.GOALS, workspace, lambda: client.goals(project, ask.goal)) if options.goals else None
    budgets = (
        asked(Feature.BUDGETS, workspace, lambda: client.budgets(project, ask.budget)) if options.budgets else None
    )
    rates = asked(Feature.RATES, workspace, lambda: client.rates(project, ask.rate)) if options.rates else None
    budget: Mapping[str, Any] | None = None if budgets is None else (budgets[0] if budgets else {})
    updates = _updates(run, entry) if options.status_updates and project in _newest_of(entry) else None
    booked = partial(client.allocations, project, ask.allocation)
    allocations = asked(Feature.ALLOCATIONS, workspace, booked) if options.allocations else None
    return _Facts(Beside(goals=goals, budget=budget), rates, updates, allocations)


def _updates(run: Run, entry: Entry) -> list[JSON] | None:
    call = partial(run.client.status_updates, _gid(entry), run.plan.ask.status_update)
    return run.features.ask(Feature.STATUS_UPDATES, entry[0], call)


def _add_updates(run: Run, made: Made, whole: list[Listing], project: str, updates: Sequence[JSON] | None) -> None:
    if updates is not None:
        run.maker.status_updates(made, updates, project)
        whole.append(Listing(EntityKind.STATUS_UPDATE, project))


def _portfolios(run: Run, seen: list[JSON]) -> Mapping[str, Mapping[str, list[str]]]:
    """Give the names of the portfolios that each project is in, by workspace; without those where none are read.

    A portfolio within one counts by its own name. Each that there is comes into `seen`.
    """
    found: dict[str, dict[str, list[str]]] = {}
    for workspace in dict.fromkeys(run.projects.values()) if run.options.portfolios else ():
        call = partial(run.client.portfolios, workspace, run.plan.ask.portfolio)
        listed = run.features.ask(Feature.PORTFOLIOS, workspace, call)
        if listed is None:
            continue
        names = found.setdefault(workspace, {})
        items_of = partial(run.side_by_side, call=lambda raw: run.client.portfolio_items(str(raw["gid"])))
        for portfolio, items in walk(listed, items_of):
            seen.append(portfolio)
            if meant(portfolio, run.options.portfolios):
                for item in items:
                    names.setdefault(str(item.get("gid")), []).append(str(portfolio.get("name") or portfolio["gid"]))
    return found


def _findings(run: Run) -> Made:
    """Say what is meant and cannot be had; a note on how a field is read is for a check."""
    missing = [*unmatched_workspaces(run.opened), *unmatched_projects(run.opened)]
    return Made(problems=[*(each for each in run.plan.problems if each.weight is not Weight.INFO), *missing])


def _projects(run: Run) -> Iterator[Entry]:
    for workspace, raws in run.opened.listed.meant.items():
        yield from ((workspace, raw) for raw in raws)


def _gid(entry: Entry) -> str:
    return str(entry[1]["gid"])


def _newest_of(entry: Entry) -> Mapping[str, str]:
    update = entry[1].get("current_status_update")
    return {_gid(entry): str(update["gid"])} if isinstance(update, dict) and update.get("gid") else {}


def _newest(run: Run) -> dict[str, str]:
    """Give the newest status update of each project that has one."""
    newest: dict[str, str] = {}
    for entry in _projects(run):
        newest |= _newest_of(entry)
    return newest

"""Write-back from the configuration's side: a plan made, looked at, sent, taken back. Sending alone makes a writer."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from getpass import getuser
from itertools import groupby

from sqlalchemy import ColumnElement, Connection, and_, func, not_, select

from canonical.database import reading, writing
from canonical.logs import bound
from canonical.problems import ConfigurationError, Problem, ProblemError, Weight, problems_of
from canonical.schema.writing import writeback
from canonical.store import RunKind, RunState, begin_run, cancel_asked, end_run, require
from canonical.store.connectors import state, states
from canonical.store.holds import require_none
from canonical.store.runs import RunNote
from canonical.store.writebacks import IN_FLIGHT, Plan, State, WriteBack, find, find_latest, latest_plan_id
from canonical.vocabulary import PmoMode
from connectors.base import Reader, Target
from pmohub.composition import Hub, department_zone, evaluation_settings, peaces
from pmohub.config import Connector
from pmohub.standing_approvals import standing
from pmohub.syncing import assign_ids, environment, holder
from rules.evaluation.checks import catalogue_for
from rules.template import wanted_values
from rules.wanted import Wanted
from sync.apply import apply_plan
from sync.approval import trusted_plan
from sync.hub import hub_run
from sync.leases import connector_lease, held
from sync.limits import Limits
from sync.memory import peak_memory
from sync.plan import Planned, make_plan
from sync.reports import Stopwatch, tell_end
from sync.runs import Worker
from sync.scheduling.quiet import Cause, Pause, pause
from sync.sending import Applied, Hand, Lifted, asleep
from sync.settling import give_up

NOTHING_PLANNED = Problem(
    what="Nothing is planned yet",
    not_done="Nothing was sent.",
    next_step="See what would be written:",
    commands=("pmohub writeback plan",),
)


def actor() -> str:
    """Name who acts: the operating system's user, until there are roles."""
    try:
        return getuser()
    except (OSError, KeyError):
        return "unknown"


def limits_of(hub: Hub) -> Limits:
    """Give the limits as configured, by the hub's days."""
    table = hub.configuration.writeback
    return Limits(
        max_changes_per_run=table.max_changes_per_run,
        max_overwrite_share=table.max_overwrite_share,
        stop_after_refusals=table.stop_after_refusals,
        stop_after_disputes=table.stop_after_disputes,
        pause_field_after_refusals=table.pause_field_after_refusals,
        first_writes=table.first_writes,
        writes_per_item_and_day=table.writes_per_item_and_day,
        zone=hub.timezone,
        peaces=peaces(hub.configuration),
    )


def plan(hub: Hub, worker: Worker | None = None) -> Planned:
    """Work out what should be written now and store it as a plan; nothing is sent.

    Raises:
        LeaseHeldError: another process is resolving, evaluating or planning, longer than the worker has patience.
        LimitError: a person must look at something implausible first.
    """
    require_none(hub.engine)
    configuration = hub.configuration
    settings = evaluation_settings(configuration)
    catalogue = catalogue_for(settings.template, settings.catalogue)
    worker = worker or Worker(holder(), hub.now)
    approvals = standing(hub)
    with hub_run(hub.engine, worker, RunKind.PLAN, configuration.version) as run:
        stale = _stale(hub)
        with run.stages("assign"), writing(hub.engine) as connection:
            require(connection, run.lease)
            assign_ids(hub, connection)

        def wish(connection: Connection) -> Iterator[Wanted]:
            found = wanted_values(connection, configuration.template, catalogue, environment(hub))
            return _watched(hub, (one for one in found if one.connector not in stale))

        with run.stages("plan"):
            planned = make_plan(
                hub.engine, run.lease, wish, limits_of(hub), actor=actor(), now=hub.now(), standing=approvals
            )
        held_back = tuple(_too_old(connector) for connector in sorted(stale))
        planned = replace(planned, problems=planned.problems + held_back)
        run.problems += planned.problems
        run.outcomes |= _by_state(planned.plan.items)
    return planned


def _by_state(items: Iterable[WriteBack]) -> dict[str, int]:
    """Count changes by where they stand; what is proposed and over a limit is held."""
    return dict(Counter("held" if one.hold and one.state is State.PROPOSED else one.state.value for one in items))


def _stale(hub: Hub) -> set[str]:
    """Name the connectors that carry template fields and whose data no longer counts: nothing is planned on it."""
    now = hub.now()
    fields = (*hub.configuration.template.project.values(), *hub.configuration.template.task.values())
    carriers = {connector for field in fields for connector in field.carrier}
    return {one.id for one in states(hub.engine) if one.id in carriers and not one.is_fresh(now)}


def _watched(hub: Hub, wanted: Iterable[Wanted]) -> Iterator[Wanted]:
    """Say of each place in a directive department whether a team's edit in the moment of writing would go unnoticed."""
    readers: dict[str, Reader] = {}
    for one in wanted:
        connector = hub.configuration.connectors.get(one.connector)
        if connector is None or one.mode is not PmoMode.DIRECTIVE:
            yield one
            continue
        if one.connector not in readers:
            readers[one.connector] = hub.reader(connector)
        target = Target(one.entity, one.external_id, one.field, one.carrier)
        yield replace(one, unwatched=readers[one.connector].is_unwatched(target))


def _too_old(connector: str) -> Problem:
    return Problem(
        what=f"The data of {connector} is too old to plan on",
        not_done=f"No change of {connector} is proposed.",
        next_step="Read it again:",
        commands=(f"pmohub sync {connector}",),
        weight=Weight.WARNING,
    )


def chosen_plan(hub: Hub, plan_id: str | None) -> Plan:
    """Give the named plan, the latest when none is named.

    Raises:
        ConfigurationError: there is none, or it is not what was planned.
    """
    with reading(hub.engine) as connection:
        wanted = plan_id or latest_plan_id(connection)
        if wanted is None:
            raise ConfigurationError(NOTHING_PLANNED)
        return trusted_plan(connection, wanted)


def send(hub: Hub, plan_id: str, *, only: str | None = None, lifted: Lifted | None = None) -> Applied:
    """Send the approved changes of a plan, one connector after the other; what is in one's way stops no other.

    What is for a department that is left in peace now stays approved, unless a person `lifted` that for this time.
    `only`: to this connector, and no other.

    Raises:
        ConfigurationError: there is no such plan, or it is not what was planned.
        LimitError: a person must look at something implausible first; taking back is let through.
    """
    if any(item.undo_of is None for item in chosen_plan(hub, plan_id).items):
        require_none(hub.engine)
    done = Applied()
    with reading(hub.engine) as connection:
        unsettled = {item.connector for item in find(connection, writeback.c.state.in_(IN_FLIGHT))}
    for connector, items in _to_send(hub, plan_id, unsettled, only):
        if connector not in unsettled and _all_wait(hub, items, lifted):
            done.waiting += items
            continue
        try:
            retired = connector not in hub.configuration.connectors and _is_retired(hub, connector)
            applied = _given_up(hub, connector) if retired else _applied(hub, connector, plan_id, lifted)
        except ProblemError as error:
            done.problems += problems_of(error)
            continue
        done.ended += applied.ended
        done.settled += applied.settled
        done.waiting += applied.waiting
        done.problems += applied.problems
    done.problems += waiting(hub, done.waiting)
    return done


def _to_send(hub: Hub, plan_id: str, unsettled: set[str], only: str | None) -> Iterator[tuple[str, list[WriteBack]]]:
    """Give the connectors to which something is to be sent, or of which something is to be found out."""
    approved = dict(approved_by_connector(chosen_plan(hub, plan_id).items))
    for connector in sorted(approved.keys() | unsettled):
        if only in (None, connector):
            yield connector, approved.get(connector, [])


def _all_wait(hub: Hub, items: Sequence[WriteBack], lifted: Lifted | None) -> bool:
    """Say whether nothing may be sent now: then no object that can write is made."""
    now, left_in_peace = hub.now(), peaces(hub.configuration)
    return lifted is None and all(asleep(item, left_in_peace, now) for item in items)


def waiting(hub: Hub, items: Iterable[WriteBack]) -> list[Problem]:
    """Tell for each department that is left in peace what waits for how long."""
    now, left_in_peace = hub.now(), peaces(hub.configuration)
    counted = Counter((item.department_id, item.plan_id) for item in items)
    return [_waits(hub, *key, number, pause(left_in_peace[key[0]], now)) for key, number in sorted(counted.items())]


def _waits(hub: Hub, department: str, plan_id: str, number: int, found: Pause | None) -> Problem:
    name = hub.configuration.departments[department].name
    changes = f"{number:,} approved {'change' if number == 1 else 'changes'}"
    key = "blackout" if found is not None and found.cause is Cause.BLACKOUT else "quiet_hours"
    until = found.until.astimezone(department_zone(hub.configuration, department)) if found is not None else None
    when = f" until {until:%a} {until.day} {until:%b %Y, %H:%M}" if until is not None else ""
    return Problem(
        what=f"{changes} for {name} {'waits' if number == 1 else 'wait'}: {key.replace('_', ' ')}{when}",
        where=hub.configuration.source.where(("departments", department, key)),
        not_done="Nothing was sent there; what is approved stays approved.",
        next_step="Apply later, or let a person who answers for it say why it cannot wait:",
        commands=(f'pmohub writeback apply {plan_id} --during-blackout "REASON" --for PERSON',),
        weight=Weight.WARNING,
    )


def _applied(hub: Hub, connector_id: str, plan_id: str, lifted: Lifted | None) -> Applied:
    """Send to one connector, as a run of its own that ends with what was in its way."""
    connector = configured(hub, connector_id)
    with held(hub.engine, connector_lease(connector_id), holder()) as lease:
        version = hub.configuration.version
        run_id = begin_run(hub.engine, lease, RunKind.APPLY, hub.now(), connector=connector_id, config_version=version)
        state, note, watch = RunState.FAILED, RunNote(), Stopwatch()
        try:
            with watch("open"):
                read, write = hub.reader(connector), hub.writer(connector)
                hand = Hand(connector_id, read, write, lease, limits_of(hub), lifted, standing(hub), run=run_id)
            with watch("send"):
                done = apply_plan(hub.engine, plan_id, hand, clock=hub.now, actor=actor())
            wrong = any(problem.weight is Weight.ERROR for problem in done.problems)
            ended = RunState.CANCELLED if cancel_asked(hub.engine, run_id) else RunState.DONE
            state, note = RunState.FAILED if wrong else ended, _noted(hand, done)
        except ProblemError as error:
            note = RunNote(problems=tuple(problems_of(error)))
            raise
        finally:
            note = replace(note, stages=watch.seconds, peak_memory=peak_memory())
            end_run(hub.engine, run_id, state, note, hub.now())
            with bound(run=run_id, connector=connector_id):
                tell_end(state, note)
    return done


def _noted(hand: Hand, done: Applied) -> RunNote:
    """Say what an apply did and what it cost; a change settled and then sent counts once, as it ended."""
    traffic = hand.reader.traffic()
    ended = {one.id: one for one in (*done.settled, *done.ended)}
    return RunNote(
        requests=traffic.requests,
        waits=dict(traffic.waited),
        problems=tuple(done.problems),
        outcomes=_by_state(ended.values()),
    )


def _is_retired(hub: Hub, connector_id: str) -> bool:
    known = state(hub.engine, connector_id)
    return known is not None and known.retired_at is not None


def _given_up(hub: Hub, connector_id: str) -> Applied:
    """Let go of what was begun to a connector that is retired and configured no more."""
    with held(hub.engine, connector_lease(connector_id), holder()) as lease:
        return Applied(settled=give_up(hub.engine, lease, connector_id, actor=actor(), at=hub.now()))


def configured(hub: Hub, connector_id: str) -> Connector:
    """Give a connector of the configuration.

    Raises:
        ConfigurationError: it is there no more.
    """
    if connector_id in hub.configuration.connectors:
        return hub.configuration.connectors[connector_id]
    raise ConfigurationError(
        Problem(
            what=f"There is no connector {connector_id} any more",
            where=str(hub.configuration.source.where(("connectors",))),
            not_done=f"Approved or unfinished changes of {connector_id} were left as they are.",
            next_step="Put the connector back and apply, to learn how they ended; or let go of them and plan anew:",
            commands=(f"pmohub connector retire {connector_id}", "pmohub writeback apply", "pmohub writeback plan"),
        )
    )


def approved_by_connector(items: Sequence[WriteBack]) -> Iterator[tuple[str, list[WriteBack]]]:
    """Give the connectors for which something is approved, with that."""
    approved = sorted((one for one in items if one.state is State.APPROVED), key=lambda one: one.connector)
    for connector, group in groupby(approved, key=lambda one: one.connector):
        yield connector, list(group)


def written(hub: Hub, *conditions: ColumnElement[bool], limit: int | None = None) -> tuple[list[WriteBack], int]:
    """Give the changes that were decided or sent, the latest first, at most so many, and how many there are.

    Not what a newer plan took the place of before anybody decided on it.
    """
    undecided = (State.PROPOSED.value, State.APPROVED.value)
    replaced = and_(writeback.c.state == State.WITHDRAWN, writeback.c.approved_at.is_(None))
    which = (writeback.c.state.not_in(undecided), not_(replaced), *conditions)
    with reading(hub.engine) as connection:
        number = connection.execute(select(func.count()).select_from(writeback).where(*which)).scalar_one()
        return find_latest(connection, *which, limit=limit), number

"""One whole sync: every connector read and stored, then who is who worked out, then the standards applied."""

import os
import secrets
import socket
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import Connection

from canonical.database import writing
from canonical.resolution import Resolved
from canonical.store import DeletionLimits, RunKind, require
from pmohub.composition import Hub, evaluation_settings, resolution_settings, standards
from pmohub.config import Connector
from rules.assignment import assign_once
from rules.evaluation import Evaluation, evaluate
from rules.evaluation.checks import catalogue_for
from rules.expressions import Environment
from rules.standards import Standards
from sync.hub import hub_run, resolve_all
from sync.reports import Nobody, Observer, RunReport
from sync.runs import ConnectorSetup, Worker, sync_all
from sync.stopping import Stop


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync did. Without `evaluation` it was stopped before the standards were applied."""

    reports: Sequence[RunReport]
    resolved: Resolved | None = None
    evaluation: Evaluation | None = None


def sync(
    hub: Hub,
    connectors: Sequence[Connector],
    *,
    observer: Observer | None = None,
    stop: Stop | None = None,
    full: bool = False,
    any_deletions: bool = False,
) -> Synced:
    """Read the connectors one after the other, resolve, evaluate. A connector that fails does not stop the others.

    `full` reads everything whatever the cursors say; `any_deletions` lets implausibly many deletions through.

    Raises:
        ConfigurationError: a standard is wrong; nothing was read.
        LeaseHeldError: another process is resolving or evaluating; what was read is stored.
    """
    rules = standards(hub.configuration)
    worker = Worker(holder=holder(), clock=hub.now, observer=observer or Nobody(), stop=stop or Stop())
    setups = [setup_of(hub, one, full=full, any_deletions=any_deletions) for one in connectors]
    reports = sync_all(hub.engine, setups, worker)
    if worker.stop.asked:
        return Synced(reports)
    return Synced(reports, *_settled(hub, rules, worker))


def settle(hub: Hub) -> Evaluation:
    """Work out who is who and apply the standards to what is stored, without reading any tool."""
    _, evaluation = _settled(hub, standards(hub.configuration), Worker(holder(), hub.now))
    return evaluation


def _settled(hub: Hub, rules: Standards, worker: Worker) -> tuple[Resolved, Evaluation]:
    return resolved(hub, worker), evaluated(hub, rules, worker)


def resolved(hub: Hub, worker: Worker) -> Resolved:
    """Work out who is who.

    Raises:
        LeaseHeldError: another process is resolving, evaluating or planning, longer than the worker has patience.
    """
    return resolve_all(hub.engine, resolution_settings(hub.configuration), worker, hub.configuration.version)


def evaluated(hub: Hub, rules: Standards, worker: Worker) -> Evaluation:
    """Apply the standards to what is stored.

    Raises:
        LeaseHeldError: another process is resolving, evaluating or planning, longer than the worker has patience.
    """
    settings = evaluation_settings(hub.configuration)
    with hub_run(hub.engine, worker, RunKind.EVALUATE, hub.configuration.version) as run:
        with run.stages("assign"), writing(hub.engine) as connection:
            require(connection, run.lease)
            assign_ids(hub, connection)
        with run.stages("evaluate"):
            evaluation = evaluate(hub.engine, run.lease, rules, settings, run.id, hub.now())
        run.problems += evaluation.problems
        run.outcomes |= {name: getattr(evaluation, name) for name in ("opened", "reopened", "closed", "open")}
    return evaluation


def assign_ids(hub: Hub, connection: Connection) -> None:
    """Assign what the template assigns once, such as the PMO id, to what has it not yet."""
    settings = evaluation_settings(hub.configuration)
    catalogue = catalogue_for(settings.template, settings.catalogue)
    assign_once(connection, hub.configuration.template, catalogue, environment(hub), now=hub.now())


def environment(hub: Hub) -> Environment:
    """Give what expressions are computed for: this moment, in each department's zone."""
    zones = {name: one.timezone for name, one in hub.configuration.departments.items() if one.timezone is not None}
    return Environment(hub.now(), zone=hub.configuration.hub.timezone, zones=zones)


TOLD_NAME = "PMOHUB_PROCESS"
"""The environment variable by which who starts a process knows it from every other one."""
_NAME = secrets.token_hex(4)


def holder() -> str:
    """Name this process for leases: who, on which machine.

    Containers may all be process 1 on machines of one name, so the name ends with what no other process has.
    """
    return f"pmohub {os.getpid()} on {socket.gethostname()} ({os.environ.get(TOLD_NAME, _NAME)})"


def setup_of(hub: Hub, connector: Connector, *, full: bool = False, any_deletions: bool = False) -> ConnectorSetup:
    """Say how a connector is read; `full` and `any_deletions` as for `sync`."""
    setup = ConnectorSetup(
        id=connector.id,
        kind=connector.kind.name,
        department=connector.table.department,
        open_reader=partial(hub.reader, connector),
        fresh_for=connector.table.fresh_for,
        config_version=hub.configuration.version,
        full=full,
        census_every=connector.table.census_every,
        deletion_limits=_deletion_limits(hub, connector),
    )
    return replace(setup, deletion_limits=None) if any_deletions else setup


def _deletion_limits(hub: Hub, connector: Connector) -> DeletionLimits:
    """Give a connector's own limits, and the hub's where it has none."""
    own, general = connector.table.plausibility, hub.configuration.plausibility
    number, share = own.max_deletions, own.max_deletion_share
    return DeletionLimits(
        general.max_deletions if number is None else number, general.max_deletion_share if share is None else share
    )

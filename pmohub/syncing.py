"""One whole sync: every connector read and stored, then who is who worked out, then the standards applied."""

import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from canonical.resolution import Resolved, resolve
from canonical.store import RunKind, RunState, begin_run, end_run
from canonical.store.runs import RunNote
from pmohub.composition import Hub, evaluation_settings, resolution_settings, standards
from pmohub.config import Connector
from rules.evaluation import Evaluation, evaluate
from rules.standards import Standards
from sync.leases import HUB, held
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
    setups = [_setup(hub, one, full=full, any_deletions=any_deletions) for one in connectors]
    reports = sync_all(hub.engine, setups, worker)
    if worker.stop.asked:
        return Synced(reports)
    resolved, evaluation = _settled(hub, rules)
    return Synced(reports, resolved, evaluation)


def settle(hub: Hub) -> Evaluation:
    """Work out who is who and apply the standards to what is stored, without reading any tool."""
    _, evaluation = _settled(hub, standards(hub.configuration))
    return evaluation


def _settled(hub: Hub, rules: Standards) -> tuple[Resolved, Evaluation]:
    with held(hub.engine, HUB, holder()) as lease:
        version = hub.configuration.version
        run_id = begin_run(hub.engine, lease, RunKind.EVALUATE, hub.now(), config_version=version)
        resolved = resolve(hub.engine, lease, resolution_settings(hub.configuration), run_id, hub.now())
        settings = evaluation_settings(hub.configuration)
        evaluation = evaluate(hub.engine, lease, rules, settings, run_id, hub.now())
        note = RunNote(problems=evaluation.problems)
        end_run(hub.engine, run_id, RunState.DONE, note, hub.now())
    return resolved, evaluation


def holder() -> str:
    """Name this process for leases: who, on which machine."""
    return f"pmohub {os.getpid()} on {socket.gethostname()}"


def _setup(hub: Hub, connector: Connector, *, full: bool, any_deletions: bool) -> ConnectorSetup:
    setup = ConnectorSetup(
        id=connector.id,
        kind=connector.kind.name,
        department=connector.table.department,
        open_reader=partial(hub.reader, connector),
        fresh_for=connector.table.fresh_for,
        config_version=hub.configuration.version,
        full=full,
    )
    return replace(setup, deletion_limits=None) if any_deletions else setup

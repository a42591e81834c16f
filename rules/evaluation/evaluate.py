"""One evaluation: read into temporary tables, then open, reopen and close by set difference, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, Select, insert, select

from canonical import unevaluated
from canonical.database import reading, then_writing
from canonical.problems import Problem
from canonical.schema.governance import evaluation
from canonical.store import Lease, require
from canonical.store.holds import hold_back
from rules import waivers
from rules.evaluation import counts, filling, ledger
from rules.evaluation.bundles import Bundle, CheckInForce, bundles_of
from rules.evaluation.checks import catalogue_for, checks_of
from rules.evaluation.days import write_days
from rules.evaluation.guards import (
    Need,
    coverage_findings,
    find_frozen,
    find_sparse,
    guard,
    sparse_findings,
)
from rules.evaluation.judging import find_broken, judge, tell_places
from rules.evaluation.ledger import Written
from rules.evaluation.reach import asks_the_moment
from rules.evaluation.rendering import Told, find_due, places_for, tell, tell_guards, to_be_told, versions
from rules.evaluation.rule_states import write_rule_states
from rules.evaluation.scope import find_scope, find_sparse_again, most_changed, touches_most
from rules.evaluation.seen import keep_seen, seen_of
from rules.evaluation.shifts import find_shifts
from rules.evaluation.staging import found, sparse, temporary_tables
from rules.evaluation.world import EvaluationSettings, World, read_world
from rules.expressions import Catalogue
from rules.jumps import jump
from rules.standards import Standards
from rules.standards.standards import digest

LAYOUT = 1
"""Counted up with every change to what the texts of `item_verdict` mean; the next evaluation then writes them anew."""
BETWEEN = "/"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What an evaluation did. `open` is how many deviations are open now; `problems` tell the rules that
    failed, and that what goes out is held back."""

    id: str
    at: datetime
    standards: str
    opened: int
    reopened: int
    closed: int
    open: int
    problems: Sequence[Problem] = field(default=())


def evaluate(
    engine: Engine,
    lease: Lease | None,
    standards: Standards,
    settings: EvaluationSettings,
    run_id: str,
    now: datetime,
    *,
    everything: bool = False,
) -> Evaluation:
    """Hold everything in the store against the standards and carry on the life of the deviations.

    Only what resolutions changed since the last evaluation (`canonical.unevaluated`), and all that this can touch, is
    judged again, with the same result as judging `everything`; nothing at all where nothing can have changed. Counts
    are made from the verdicts kept of each item. Where more than rows may have changed (another day, rule, department,
    connector state) everything is judged all the same, and each time what rules say that ask for the moment or read
    further than changes are followed.

    Raises:
        LeaseLostError: another worker took over; nothing was written.
        StoreError: the database cannot be used.
    """
    with reading(engine) as connection:
        work = Work(connection, standards, settings, now)
        everything = everything or work.on_other_ground()
        if not everything and work.nothing_happened():
            return work.write(run_id, lease, idle=True)
        with temporary_tables(connection):
            everything = work.freezes_others() or everything
            work.judge(everything=everything)
            return work.write(run_id, lease, idle=False)


@dataclass(slots=True)
class Work:
    """The state of one evaluation between reading and writing."""

    connection: Connection
    standards: Standards
    settings: EvaluationSettings
    now: datetime
    catalogue: Catalogue = field(init=False)
    world: World = field(init=False)
    ground: str = field(init=False)
    """A hash of what all verdicts rest on besides rules and rows."""
    last_basis: str = field(init=False)
    """The ground of the last evaluation, and a hash of the projects whose verdicts did not change in it."""
    frozen: Sequence[str] = ()
    told: dict[str, Told] = field(init=False)
    bundles: Sequence[Bundle] = ()
    seen: Select[Any] = field(init=False)
    failed: Mapping[str, str] = field(default_factory=dict)
    """Rules that the database could not compute, with the reason."""

    def __post_init__(self) -> None:
        self.catalogue = catalogue_for(self.settings.template, self.settings.catalogue)
        self.world = read_world(self.connection, self.settings, self.now)
        template = digest(self.settings.template.model_dump_json())
        self.told = dict(versions(self.standards, self.world, template))
        self.ground = self.ground_of(template)
        last = select(evaluation.c.basis).order_by(evaluation.c.at.desc()).limit(1)
        self.last_basis = self.connection.execute(last).scalar() or ""

    def on_other_ground(self) -> bool:
        """Whether all verdicts may be others than last time, or there was none."""
        return (
            self.last_basis.partition(BETWEEN)[0] != self.ground
            or any(told.legacy for told in self.told.values())
            or unevaluated.concerns_everything(self.connection)
        )

    def nothing_happened(self) -> bool:
        """Whether this evaluation can only repeat the last one: same rows, same rules, same day."""
        if unevaluated.anything_pending(self.connection) or self.world.day_turned():
            return False
        rules = self.standards.rules.values()
        checks = (check for rule in rules for check in checks_of(rule, self.settings.template, self.catalogue))
        return not any(asks_the_moment(check) for check in checks)

    def freezes_others(self) -> bool:
        """Find the projects whose verdicts do not change; say whether they are others than last time."""
        self.frozen = find_frozen(self.connection, self.world)
        return self.last_basis != self.basis

    @property
    def basis(self) -> str:
        """What all verdicts of this evaluation rest on besides rules and rows."""
        return f"{self.ground}{BETWEEN}{digest(*self.frozen)}"

    def judge(self, *, everything: bool) -> None:
        """Find what deviates, say what became of what did, and put what is new into words."""
        self.find(everything=everything)
        self.report_coverage(self.asked())
        self.settle()
        self.put_into_words(to_be_told())

    def find(self, *, everything: bool) -> None:
        """Find what deviates."""
        connection = self.connection
        self.bundles = bundles_of(connection, self.standards, self.settings, self.world, self.catalogue)
        self.seen = seen_of(self.bundles, self.world, self.catalogue)
        self.choose_scope(self.asked(), everything=everything)
        sparse_fields = set(connection.execute(select(sparse.c.field).distinct()).scalars())
        for check in self.checks():
            for prepared in check.variants:
                guard(prepared, check.needs, self.world, sparse_fields, any_frozen=bool(self.frozen))
        tell_places(connection, self.bundles)
        self.failed = {rule: why for bundle in self.bundles for rule, why in judge(connection, bundle).items()}
        keep_seen(connection, self.seen, everywhere=self.everywhere)
        find_broken(connection, self.bundles)
        filling.find(connection, self.bundles, self.catalogue)

    @property
    def everywhere(self) -> bool:
        """Whether everything is looked at."""
        return all(bundle.everywhere for bundle in self.bundles)

    def checks(self) -> list[CheckInForce]:
        """All checks in force."""
        return [check for bundle in self.bundles for check in bundle.checks]

    def asked(self) -> Sequence[Need]:
        """The fields without which some check cannot be judged."""
        return sorted({need for check in self.checks() for need in check.needs}, key=str)

    def choose_scope(self, asked: Sequence[Need], *, everything: bool) -> None:
        """Decide which bundles are judged on what changed only; all others are judged on everything."""
        turned = self.world.day_turned()
        for bundle in self.bundles:
            by_day = turned and any(check.uses_today for check in bundle.checks)
            bundle.everywhere = everything or bundle.roaming or by_day
        if self.everywhere or most_changed(self.connection):
            self.look_everywhere(asked)
            return
        find_scope(self.connection, self.seen)
        if touches_most(self.connection):
            self.look_everywhere(asked)
            return
        find_sparse_again(self.connection, asked)

    def look_everywhere(self, asked: Sequence[Need]) -> None:
        """Judge everything."""
        for bundle in self.bundles:
            bundle.everywhere = True
        find_sparse(self.connection, asked)

    def report_coverage(self, asked: Sequence[Need]) -> None:
        """Add the guards' own findings."""
        rows = [*coverage_findings(self.connection, asked, self.world), *sparse_findings(self.connection)]
        if rows:
            self.connection.execute(insert(found), rows)

    def settle(self) -> None:
        """Say what became of the deviations that were not found again; those in question only."""
        filling.find_candidates(self.connection, self.failed)
        filling.settle(self.connection, self.bundles, self.catalogue)
        partly = {
            check.rule_id
            for bundle in self.bundles
            for check in bundle.checks
            if not bundle.everywhere and check.check.rule.group_by is None
        }
        filling.settle_orphans(self.connection, partly | self.failed.keys())

    def put_into_words(self, chosen: Select[Any]) -> None:
        """Make the words of what was chosen: what opens, reopens or changed."""
        connection = self.connection
        places = places_for(connection, self.world, self.told)
        due = find_due(connection, chosen)
        for check in self.checks():
            for prepared in check.variants:
                limbs = due.get((check.name, prepared.variant.number), ())
                if limbs and check.rule_id not in self.failed:
                    tell(connection, places, self.told, prepared, limbs)
        tell_guards(connection, places)

    def write(self, run_id: str, lease: Lease | None, *, idle: bool) -> Evaluation:
        """Carry everything over into the store, in a transaction that holds the lease."""
        connection = self.connection
        connection.commit()
        with then_writing(connection):
            if lease is not None:
                require(connection, lease)
            written = Written(0, 0, 0) if idle else self.write_findings()
            held = [] if idle else self.hold_back(run_id)
            result = Evaluation(
                id=run_id,
                at=self.now,
                standards=self.standards.version,
                opened=written.opened,
                reopened=written.reopened,
                closed=written.closed,
                open=ledger.open_number(connection),
                problems=(*self.problems(), *held),
            )
            kept = ("id", "at", "standards", "opened", "reopened", "closed", "open")
            row = {name: getattr(result, name) for name in kept} | {"basis": self.last_basis if idle else self.basis}
            connection.execute(insert(evaluation), row)
        return result

    def write_findings(self) -> Written:
        """Carry over deviations, verdicts and rules; what changed counts as looked at unless a rule failed."""
        connection = self.connection
        write_rule_states(connection, self.standards, self.told, self.failed, self.now)
        written = ledger.write_deviations(connection, self.now)
        waivers.apply(connection, self.world.today(self.world.zone))
        find_shifts(connection, self.bundles)
        counts.keep_verdicts(connection, self.bundles, everywhere=self.everywhere)
        counts.count(connection, self.bundles)
        ran = self.standards.rules.keys() - self.failed.keys()
        in_scope = {check.rule_id for one in self.bundles if not one.everywhere for check in one.checks} & ran
        counts.write_counts(connection, sorted(ran - in_scope), sorted(in_scope))
        write_days(connection, self.world.today(self.world.zone))
        if self.failed:
            unevaluated.look_at_everything(connection)
        else:
            unevaluated.evaluated(connection)
        return written

    def hold_back(self, run_id: str) -> list[Problem]:
        """Hold back what goes out where implausibly much is new; in the same transaction, or a kill would let it go."""
        limits = self.settings.jumps
        problem = jump(self.connection, run_id, self.now, limits) if limits is not None else None
        if problem is None:
            return []
        hold_back(self.connection, run_id, problem, self.now)
        return [problem]

    def problems(self) -> list[Problem]:
        """Tell the rules that failed."""
        return [
            Problem(
                what=f"The rule {rule_id} could not be evaluated: {reason}.",
                where=self.standards.homes[rule_id],
                not_done="Its deviations stay as they are.",
                next_step=f"Look at its conditions: pmohub rules explain {rule_id}",
            )
            for rule_id, reason in self.failed.items()
        ]

    def ground_of(self, template: str) -> str:
        """Hash what is known without looking at any row."""
        world = self.world
        departments = [[one.id, one.mode] for one in world.departments.values()]
        connectors = [
            [state.id, state.stale, {key: sorted(fields) for key, fields in state.provides.items()}]
            for state in world.connectors
        ]
        custom = self.settings.catalogue.custom
        declared = {entity: sorted(map(str, fields.items())) for entity, fields in custom.items()}
        zones = [sorted(world.zones.items()), world.zone]
        told = orjson.dumps([sorted(departments), connectors, zones, declared, template, LAYOUT])
        return digest(told.decode(), self.standards.version)

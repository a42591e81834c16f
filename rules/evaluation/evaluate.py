"""One evaluation: read into temporary tables, then open, reopen and close by set difference, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import orjson
from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import DBAPIError

from canonical import unevaluated
from canonical.database import reading, then_writing
from canonical.problems import Problem
from canonical.schema.governance import evaluation
from canonical.store import Lease, require
from rules import waivers
from rules.evaluation import filling, ledger
from rules.evaluation.checks import Check, catalogue_for, checks_of
from rules.evaluation.days import write_days
from rules.evaluation.guards import (
    Need,
    coverage_findings,
    find_frozen,
    find_sparse,
    guard,
    needs_of,
    sparse_findings,
)
from rules.evaluation.ledger import Written
from rules.evaluation.prepared import Prepared, prepare
from rules.evaluation.rendering import Told, places_for, tell, tell_guards, versions
from rules.evaluation.rule_states import write_rule_states
from rules.evaluation.scope import find_scope, find_sparse_again, is_near, touches_most
from rules.evaluation.staging import found, temporary_tables
from rules.evaluation.variants import named_projects, variants_of
from rules.evaluation.world import EvaluationSettings, World, read_world
from rules.expressions import Environment
from rules.standards import Standards
from rules.standards.standards import digest


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What an evaluation did. `open` is how many deviations are open now; `problems` tell the rules that failed."""

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
    looked at again, with the same result as looking at `everything`; nothing at all where nothing can have changed.
    Where more than rows may have changed (another day, rule, department, connector state) a rule is evaluated in full
    all the same.

    Raises:
        LeaseLostError: another worker took over; nothing was written.
        StoreError: the database cannot be used.
    """
    with reading(engine) as connection, temporary_tables(connection):
        work = Work(connection, standards, settings, now)
        work.read(everything=everything)
        connection.commit()
        with then_writing(connection):
            if lease is not None:
                require(connection, lease)
            return work.write(run_id)


@dataclass(slots=True)
class Work:
    """The state of one evaluation between reading and writing."""

    connection: Connection
    standards: Standards
    settings: EvaluationSettings
    now: datetime
    world: World = field(init=False)
    basis: str = field(init=False)
    told: dict[str, Told] = field(init=False)
    checks: dict[str, list[Prepared]] = field(default_factory=dict)
    switched_off: list[Check] = field(default_factory=list)
    idle: bool = False
    in_scope: set[str] = field(default_factory=set)
    counts_in_scope: set[str] = field(default_factory=set)
    """Checks whose verdicts are counted in the projects in scope; groups among them are still gathered everywhere."""
    failed: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def read(self, *, everything: bool) -> None:
        """Fill the temporary tables."""
        self.world = read_world(self.connection, self.settings, self.now)
        template = digest(self.settings.template.model_dump_json())
        self.told = dict(versions(self.standards, self.world, template))
        self.basis = self.basis_of(self.world)
        self.prepare_all()
        everything = everything or self.on_other_ground()
        self.idle = not everything and self.nothing_happened()
        if not self.idle:
            self.judge(everything=everything)

    def judge(self, *, everything: bool) -> None:
        """Find what deviates, count verdicts, and put what is new into words."""
        find_frozen(self.connection, self.world)
        needs = {name: needs_of(variants[0]) for name, variants in self.checks.items()}
        asked = sorted({need for some in needs.values() for need in some}, key=str)
        self.choose_scope(asked, everything=everything)
        for entity, in_scope in {(some[0].entity, name in self.counts_in_scope) for name, some in self.checks.items()}:
            filling.count_items(self.connection, entity, in_scope=in_scope)
        causes = {cause for rule in self.standards.rules.values() for cause in rule.suppressed_by}
        for name, variants in self.checks.items():
            for prepared in variants:
                prepared.linked = name in causes or bool(prepared.variant.check.rule.suppressed_by)
                guard(prepared, needs[name], self.world)
            self.attempt(name, variants)
        self.report_coverage(asked)
        self.settle_rest()
        places = places_for(self.connection, self.world, self.told)
        for name, variants in self.checks.items():
            if self.rule_of(name) not in self.failed:
                for prepared in variants:
                    tell(self.connection, places, self.told, prepared)
        tell_guards(self.connection, places)

    def prepare_all(self) -> None:
        """Compile every check in every part of the house in which it is on, causes before consequences."""
        catalogue = catalogue_for(self.settings.template, self.settings.catalogue)
        for rule_id in in_order(self.standards):
            rule = self.standards.rules[rule_id]
            named = named_projects(self.connection, self.standards, rule_id)
            for check in checks_of(rule, self.settings.template, catalogue):
                variants = list(variants_of(check, self.standards, named))
                if not variants:
                    self.switched_off.append(check)
                    continue
                self.checks[check.name] = [
                    prepare(
                        variant,
                        catalogue,
                        Environment(self.now, dict(variant.settings.params), self.world.zone, self.world.zones),
                    )
                    for variant in variants
                ]

    def on_other_ground(self) -> bool:
        """Whether all verdicts may be others than last time, or there was none."""
        last = select(evaluation.c.basis).order_by(evaluation.c.at.desc()).limit(1)
        other = self.connection.execute(last).scalar() != self.basis
        return other or unevaluated.concerns_everything(self.connection)

    def nothing_happened(self) -> bool:
        """Whether this evaluation can only repeat the last one: same rows, same rules, same day."""
        return not (
            unevaluated.anything_pending(self.connection)
            or self.world.day_turned()
            or any(told.legacy for told in self.told.values())
            or any(prepared.uses_now for variants in self.checks.values() for prepared in variants)
        )

    def choose_scope(self, asked: Sequence[Need], *, everything: bool) -> None:
        """Decide which checks look at what changed only; all others look at everything."""
        if everything:
            find_sparse(self.connection, asked)
            return
        find_scope(self.connection)
        if touches_most(self.connection):
            find_sparse(self.connection, asked)
            return
        find_sparse_again(self.connection, asked)
        turned = self.world.day_turned()
        near = {
            name
            for name, variants in self.checks.items()
            if not self.told[self.rule_of(name)].legacy
            and not (turned and any(prepared.uses_today for prepared in variants))
            and not any(prepared.uses_now for prepared in variants)
            and all(is_near(prepared) for prepared in variants)
        }
        apart = {self.rule_of(name) for name in self.checks.keys() - near}
        near = {name for name in near if self.rule_of(name) not in apart}
        checks = {name: variants[0].variant.check for name, variants in self.checks.items()}
        self.counts_in_scope = same_with_causes(near, checks)
        self.in_scope = {name for name in self.counts_in_scope if checks[name].rule.group_by is None}

    def attempt(self, name: str, variants: Sequence[Prepared]) -> None:
        """Fill in what one check finds; a rule that fails is told and leaves its deviations as they are."""
        rule_id = self.rule_of(name)
        if rule_id in self.failed:
            return
        check, in_scope, near = variants[0].variant.check, name in self.in_scope, name in self.counts_in_scope
        try:
            with self.connection.begin_nested():
                for prepared in variants:
                    filling.find(self.connection, prepared, in_scope=in_scope)
                    filling.count(self.connection, prepared, in_scope=near)
                filling.count_rest(self.connection, check, in_scope=near)
                filling.find_candidates(self.connection, variants[0], in_scope=in_scope)
                filling.settle(self.connection, check, variants)
        except DBAPIError as error:
            self.failed.append(rule_id)
            reason = str(error.orig).strip().partition("\n")[0]
            self.problems.append(
                Problem(
                    what=f"The rule {rule_id} could not be evaluated: {reason}.",
                    where=self.standards.homes[rule_id],
                    not_done="Its deviations stay as they are.",
                    next_step=f"Look at its conditions: pmohub rules explain {rule_id}",
                )
            )

    def report_coverage(self, asked: Sequence[Need]) -> None:
        """Add the guards' own findings."""
        rows = [*coverage_findings(self.connection, asked, self.world), *sparse_findings(self.connection)]
        if rows:
            self.connection.execute(insert(found), rows)

    def settle_rest(self) -> None:
        """Let go of what nothing speaks of any more."""
        failed = [*self.failed]
        if self.in_scope:
            failed += [self.rule_of(name) for name in self.in_scope]
        filling.settle_orphans(self.connection, failed)

    def rule_of(self, check_name: str) -> str:
        """The rule of a check."""
        return check_name.partition(" ")[0]

    def write(self, run_id: str) -> Evaluation:
        """Carry everything over into the store."""
        written = Written(0, 0, 0) if self.idle else self.write_findings()
        result = Evaluation(
            id=run_id,
            at=self.now,
            standards=self.standards.version,
            opened=written.opened,
            reopened=written.reopened,
            closed=written.closed,
            open=ledger.open_number(self.connection),
            problems=tuple(self.problems),
        )
        kept = ("id", "at", "standards", "opened", "reopened", "closed", "open")
        row = {name: getattr(result, name) for name in kept} | {"basis": self.basis}
        self.connection.execute(insert(evaluation), row)
        return result

    def write_findings(self) -> Written:
        """Carry over deviations, counts and rules; what changed meanwhile counts as looked at unless a rule failed."""
        connection = self.connection
        write_rule_states(connection, self.standards, self.told, self.failed, self.now)
        written = ledger.write_deviations(connection, self.now)
        waivers.apply(connection, self.world.today(self.world.zone))
        names = {self.rule_of(name) for name in self.checks} | {check.rule.id for check in self.switched_off}
        ran = names - set(self.failed)
        scoped = {self.rule_of(name) for name in self.counts_in_scope} & ran
        ledger.write_counts(connection, sorted(ran - scoped), sorted(scoped))
        write_days(connection, self.world.today(self.world.zone))
        if self.failed:
            unevaluated.look_at_everything(connection)
        else:
            unevaluated.evaluated(connection)
        return written

    def basis_of(self, world: World) -> str:
        """Hash what all verdicts rest on besides rules and rows."""
        departments = [[one.id, one.mode] for one in world.departments.values()]
        connectors = [
            [state.id, state.stale, {key: sorted(fields) for key, fields in state.provides.items()}]
            for state in world.connectors
        ]
        custom = self.settings.catalogue.custom
        declared = {entity: sorted(map(str, fields.items())) for entity, fields in custom.items()}
        told = orjson.dumps([sorted(departments), connectors, sorted(world.zones.items()), world.zone, declared])
        return digest(told.decode(), self.standards.version)


def in_order(standards: Standards) -> list[str]:
    """Rules with the causes that suppress them before them; integrity first among equals."""
    order: list[str] = []

    def place(rule_id: str, above: tuple[str, ...]) -> None:
        if rule_id in order or rule_id in above:
            return
        for cause in standards.rules[rule_id].suppressed_by:
            place(cause, (*above, rule_id))
        order.append(rule_id)

    for rule_id in standards.rules:
        place(rule_id, ())
    return order


def same_with_causes(in_scope: set[str], checks: Mapping[str, Check]) -> set[str]:
    """Keep a check in scope only together with the checks that suppress it or that it suppresses."""
    pairs = [(name, cause) for name, check in checks.items() for cause in check.rule.suppressed_by if cause in checks]
    result = set(in_scope)
    while True:
        apart = {one for pair in pairs for one in pair if (pair[0] in result) != (pair[1] in result)}
        if not apart & result:
            return result
        result -= apart

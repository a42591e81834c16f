"""pmo-core once more, as SQL that a person would write for it: who deviates, how many pass, what is new, what is over.

For one time zone (UTC) and the parameters that pmo-core has. It does the work of an evaluation on tables of its own:
for each rule the deviating items are found and the verdicts counted by project, then what is new is opened with a
sentence and what is over is closed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, text

from benchmarks.portfolio import TODAY


def ago(days: int) -> str:
    return f"'{TODAY - timedelta(days=days)}'"


def workdays(start: str, end: str = f"'{TODAY}'") -> str:
    days = (
        f"(select w.ordinal from working_day w where w.calendar = p.department_id and w.day = {day})"
        for day in (end, start)
    )
    return " - ".join(days)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by hand. `DAY(x)` stands for the day of an instant. `key` is the subject and what tells it apart."""

    id: str
    source: str
    when: str
    limbs: Sequence[str]
    key: tuple[str, str]
    causes: Sequence[str] = ()
    unknown_if: str = "false"
    grouped: bool = False

    @property
    def condition(self) -> str:
        """True, false, or NULL where it cannot be known; limbs that are NULL are skipped beside others."""
        told = self.limbs[0]
        if len(self.limbs) > 1:
            unknown = f"coalesce({', '.join(self.limbs)}) is null"
            told = f"case when {' or '.join(self.limbs)} then true when {unknown} then null else false end"
        return f"case when {self.unknown_if} then null else {told} end"

    @property
    def population(self) -> str:
        """The items to which the rule applies."""
        clear = [
            f"not exists (select 1 from hand_found f where f.rule_id = '{cause}' and f.subject_id = {self.key[0]})"
            for cause in self.causes
        ]
        return " and ".join([f"({self.when})", *clear])


PROJECT = "project p left join person m on m.id = p.manager_id left join person o on o.id = p.sponsor_id"
TASK = "task t join project p on p.id = t.project_id"
DEPENDENCY = "dependency x join task a on a.id = x.predecessor_id join task b on b.id = x.successor_id"
DEPENDENCY += " join project p on p.id = b.project_id"
LIVE = "p.deleted_at is null and p.merged_into is null and not coalesce(p.archived, false)"
HERE = "p.deleted_at is null and p.merged_into is null"
ACTIVE = f"{LIVE} and p.status = 'active'"
SINCE = "coalesce(DAY(p.status_since), DAY(p.first_seen_at))"
LATE_PHASES = "('planning', 'execution', 'monitoring', 'closing')"
PLACEHOLDERS = "('tbd', 'tba', 'n/a', 'n.a.', 'na', 'none', '-', '?', 'xxx', 'todo')"
GATE = f"case when p.phase is not null then p.phase in {LATE_PHASES} else p.status = 'active' end"
THERE = "t.deleted_at is null"
OPEN = "t.status_category in ('todo', 'in_progress')"
WORK = f"{THERE} and {OPEN} and t.is_leaf and t.kind <> 'milestone' and p.status = 'active'"
BY_PROJECT, BY_TASK = ("p.id", "''"), ("t.id", "''")


def labelled(name: str) -> str:
    return f"exists (select 1 from task_label l where l.label = '{name}' and l.task_id = t.id)"


def link(first: str, second: str) -> str:
    return f"{workdays(first, second)} + x.lag > 1"


BEGUN_A, BEGUN_B = "coalesce(a.actual_start, a.planned_start)", "coalesce(b.actual_start, b.planned_start)"
ENDED_A = "coalesce(DAY(a.completed_at), a.due)"
RULES = (
    Rule(
        "project-manager-missing",
        PROJECT,
        f"{LIVE} and p.status in ('planned', 'active')"
        f" and {workdays('coalesce(DAY(p.source_created_at), DAY(p.first_seen_at))')} > 5",
        [f"p.manager_id is null or coalesce(lower(m.name) in {PLACEHOLDERS}, false)"],
        BY_PROJECT,
    ),
    Rule(
        "project-manager-inactive",
        PROJECT,
        f"{LIVE} and p.status in ('planned', 'active') and p.manager_id is not null",
        ["false", "case m.active when 'no' then true when 'yes' then false end"],
        BY_PROJECT,
    ),
    Rule(
        "project-sponsor-missing",
        PROJECT,
        f"{LIVE} and p.status in ('planned', 'active') and {GATE}",
        [f"p.sponsor_id is null or coalesce(lower(o.name) in {PLACEHOLDERS}, false)"],
        BY_PROJECT,
    ),
    Rule(
        "project-objective-missing",
        PROJECT,
        f"{LIVE} and p.status in ('planned', 'active') and {GATE}",
        ["p.objective is null or length(p.objective) < 20 or coalesce(lower(p.objective) = lower(p.name), false)"],
        BY_PROJECT,
    ),
    Rule(
        "project-dates-missing",
        PROJECT,
        f"{ACTIVE} and coalesce(p.delivery, '') <> 'continuous' and {workdays(SINCE)} > 10",
        ["p.planned_finish is null", "p.planned_start is null"],
        BY_PROJECT,
    ),
    Rule(
        "project-dates-inverted",
        PROJECT,
        HERE,
        [
            "p.planned_finish < p.planned_start",
            "p.baseline_finish < p.baseline_start",
            "p.actual_finish < p.actual_start",
            f"p.actual_start > {ago(0)}",
            f"p.actual_finish > {ago(0)}",
        ],
        BY_PROJECT,
    ),
    Rule(
        "project-baseline-missing",
        PROJECT,
        f"{ACTIVE} and coalesce(p.phase in ('execution', 'monitoring', 'closing'), true)"
        f" and coalesce(p.delivery, '') <> 'continuous' and {workdays(f'coalesce(DAY(p.phase_since), {SINCE})')} > 10",
        ["p.baseline_finish is null"],
        BY_PROJECT,
        ["project-dates-missing"],
    ),
    Rule(
        "project-past-finish",
        PROJECT,
        ACTIVE,
        [
            (
                f"case when p.phase = 'closing' then {workdays('p.planned_finish')} > 20"
                f" else p.planned_finish < {ago(0)} end"
            )
        ],
        BY_PROJECT,
        ["project-dates-missing"],
    ),
    Rule(
        "status-report-overdue",
        PROJECT,
        f"{ACTIVE} and {SINCE} < {ago(14)}",
        [f"coalesce(p.last_status_update_on < {ago(17)}, true)"],
        BY_PROJECT,
    ),
    Rule(
        "project-health-missing",
        PROJECT,
        f"{ACTIVE} and {workdays(SINCE)} > 10",
        ["p.health is null"],
        BY_PROJECT,
        ["status-report-overdue"],
    ),
    Rule(
        "project-health-contradicts-figures",
        PROJECT,
        f"{ACTIVE} and p.health is not null and p.health = 'green'",
        [
            (
                f"{workdays('p.baseline_finish', 'p.planned_finish')} > 10 and"
                f" ({workdays('p.baseline_finish', 'p.planned_finish')}) * 100 >"
                f" ({workdays('p.baseline_start', 'p.baseline_finish')}) * 10"
            ),
            (
                f"exists (select 1 from task t where t.project_id = p.id and {THERE} and t.kind = 'milestone'"
                f" and {OPEN} and {workdays('t.due')} > 5)"
            ),
        ],
        BY_PROJECT,
    ),
    Rule(
        "project-dormant",
        PROJECT,
        f"{ACTIVE} and {SINCE} < {ago(30)}",
        [f"coalesce(DAY(p.last_activity_at), DAY(p.first_seen_at)) < {ago(30)}"],
        BY_PROJECT,
    ),
    Rule(
        "project-closed-open-work",
        PROJECT,
        f"{HERE} and (p.status = 'completed' or coalesce(p.archived, false)) and {SINCE} >= {ago(180)}",
        [
            (
                f"exists (select 1 from task t where t.project_id = p.id and {THERE} and t.is_leaf and {OPEN}"
                f" and not {labelled('follow-on')})"
            )
        ],
        BY_PROJECT,
        unknown_if=f"not exists (select 1 from task t where t.project_id = p.id and {THERE})",
    ),
    Rule(
        "status-unmapped",
        TASK,
        f"{THERE} and t.status is not null",
        ["t.status_category is null"],
        ("t.connector", "t.status"),
        grouped=True,
    ),
    Rule(
        "milestone-undated",
        TASK,
        f"{THERE} and t.kind = 'milestone' and {OPEN} and p.status in ('planned', 'active') and {GATE}",
        ["t.due is null"],
        BY_TASK,
    ),
    Rule(
        "task-dates-inverted",
        TASK,
        THERE,
        [
            "t.due < t.planned_start",
            "DAY(t.completed_at) < t.actual_start",
            f"t.actual_start > {ago(-1)}",
            f"DAY(t.completed_at) > {ago(-1)}",
        ],
        BY_TASK,
    ),
    Rule(
        "milestone-overdue",
        TASK,
        f"{THERE} and t.kind = 'milestone' and {OPEN} and p.status = 'active'",
        [
            (
                f"case t.status_category = 'in_progress' and {labelled('awaiting-acceptance')}"
                f" when true then {workdays('t.due')} > 10 when false then t.due < {ago(0)} end"
            )
        ],
        BY_TASK,
        ["task-dates-inverted"],
    ),
    Rule(
        "task-owner-missing",
        TASK,
        WORK,
        [
            (
                "t.assignee_id is null and t.assignee_ref is null and (t.status_category = 'in_progress' or"
                f" t.due is not null and {workdays(ago(0), 't.due')} <= 10)"
            )
        ],
        BY_TASK,
    ),
    Rule(
        "task-owner-inactive",
        f"{TASK} join person h on h.id = t.assignee_id",
        f"{THERE} and {OPEN}",
        ["case h.active when 'no' then true when 'yes' then false end"],
        ("t.project_id", "t.assignee_id"),
        grouped=True,
    ),
    Rule("task-overdue", TASK, WORK, [f"{workdays('t.due')} > 2"], BY_TASK, ["task-dates-inverted"]),
    Rule(
        "task-stale",
        TASK,
        f"{THERE} and t.status_category = 'in_progress' and t.is_leaf and p.status = 'active'"
        f" and not {labelled('blocked')}",
        [f"{workdays('coalesce(DAY(t.last_activity_at), DAY(t.first_seen_at))')} > 15"],
        BY_TASK,
    ),
    Rule(
        "task-status-contradicts-progress",
        TASK,
        f"{THERE} and t.is_leaf and t.status_category <> 'cancelled'",
        [
            "t.status_category = 'done' and t.percent_complete < 10000",
            "t.status_category <> 'done' and t.percent_complete = 10000",
            "t.status_category = 'todo' and t.percent_complete > 0",
            "t.status_category = 'todo' and t.time_spent > 0",
            "t.status_category = 'done' and t.remaining_estimate > 0",
        ],
        BY_TASK,
    ),
    Rule(
        "work-during-leave",
        TASK,
        f"{THERE} and {OPEN} and t.is_leaf and p.status = 'active' and t.assignee_id is not null"
        f" and t.due is not null and {workdays('t.due')} between -20 and 0"
        " and t.assignee_id in (select person_id from source_person where deleted_at is null)",
        [
            (
                "exists (select 1 from leave l where l.person_id = t.assignee_id and l.deleted_at is null"
                " and l.first_day <= t.due and (l.last_day is null or l.last_day >= t.due))"
            )
        ],
        BY_TASK,
    ),
    Rule(
        "dependency-breaks-dates",
        DEPENDENCY,
        "x.deleted_at is null and a.status_category <> 'cancelled' and b.status_category in ('todo', 'in_progress')",
        [
            (
                f"case x.type when 'FS' then {link(BEGUN_B, ENDED_A)} when 'SS' then {link(BEGUN_B, BEGUN_A)}"
                f" when 'FF' then {link('b.due', ENDED_A)} else {link('b.due', BEGUN_A)} end"
            )
        ],
        ("x.id", "''"),
    ),
)
TABLES = (
    "create temporary table hand_found (rule_id text, subject_id text, discriminator text, project_id text, name text)",
    "create index hand_found_key on hand_found (rule_id, subject_id, discriminator)",
    (
        "create table if not exists hand_deviation (rule_id text, subject_id text, discriminator text, project_id text,"
        " state text, message text, primary key (rule_id, subject_id, discriminator))"
    ),
    (
        "create table if not exists hand_count (rule_id text, project_id text, passes int, deviates int, unknown int,"
        " primary key (rule_id, project_id))"
    ),
    "delete from hand_count",
)
SAME = "d.rule_id = f.rule_id and d.subject_id = f.subject_id and d.discriminator = f.discriminator"
FOUND = f"exists (select 1 from hand_found f where {SAME})"
OPENED = "insert into hand_deviation select f.rule_id, f.subject_id, f.discriminator, f.project_id, 'open',"
OPENED += " f.name || ' deviates from ' || f.rule_id from hand_found f"
CARRIED = (
    f"{OPENED} where not exists (select 1 from hand_deviation d where {SAME})",
    f"update hand_deviation as d set state = 'closed' where state = 'open' and not {FOUND}",
    f"update hand_deviation as d set state = 'open' where state = 'closed' and {FOUND}",
)


def evaluate(connection: Connection) -> None:
    """Do all of it, within the caller's transaction."""
    for statement in (*TABLES, *(one for rule in RULES for one in (found(rule), counted(rule))), *CARRIED):
        connection.execute(text(in_dialect(statement, connection.dialect.name)))


def found(rule: Rule) -> str:
    """Who deviates."""
    subject, discriminator = rule.key
    owner, name = ("min(p.id)", "min(p.name)") if rule.grouped else ("p.id", "p.name")
    query = f"select '{rule.id}', {subject}, {discriminator}, {owner}, {name} from {rule.source}"
    query += f" where {rule.population} and ({rule.condition})"
    return f"insert into hand_found {query}" + (f" group by {subject}, {discriminator}" if rule.grouped else "")


def counted(rule: Rule) -> str:
    """How many pass, deviate or are unknown, by project. Where it cannot be known whether a rule applies to an item
    that would deviate, its verdict is unknown too.
    """
    judged = f"select p.id as project_id, {rule.population} as applies, {rule.condition} as told from {rule.source}"
    judged += f" where coalesce({rule.population}, true)"
    sums = ", ".join(
        f"sum(case when {verdict} then 1 else 0 end)"
        for verdict in ("applies and not told", "applies and told", "(applies and told) is null")
    )
    return f"insert into hand_count select '{rule.id}', project_id, {sums} from ({judged}) judged group by project_id"


def in_dialect(statement: str, dialect: str) -> str:
    """Write `DAY(x)` in the database's own words."""
    start = "" if dialect == "postgresql" else "date("
    end = " at time zone 'UTC')::date" if dialect == "postgresql" else " / 1000, 'unixepoch')"
    parts = statement.split("DAY(")
    opened = [part.replace(")", end, 1) for part in parts[1:]]
    return (f"{start}(" if dialect == "postgresql" else start).join([parts[0], *opened])

"""Random well-typed conditions over a task, its parents and its collections."""

from random import Random

TEXTS = ["task.title", "task.priority", "task.key", "task.fields.phase", "task.project.name", "task.assignee.name"]
TEXTS += ["task.project.manager.name", "task.parent.title", "task.title.normalized()", "task.priority.upperAscii()"]
TEXTS += ["task.title.lowerAscii()"]
DATES = ["task.due", "task.planned_start", "task.project.planned_finish", "task.parent.due", "today"]
DATES += ["date(task.completed_at)", "max(task.due, task.planned_start)", "min(task.due, today)", "task.due + days(3)"]
WHOLE = ["task.original_estimate", "task.time_spent", "size(task.labels)", "size(task.title)", "task.parent.time_spent"]
WHOLE += ["days(task.due, today)", "workdays(task.planned_start, task.due)", "workdays(task.due, today)"]
WHOLE += ["task.time_entries.map(e, e.duration).sum()", "task.project.tasks.size()"]
WHOLE += ["task.children.filter(t, has(t.due) && t.due < today).size()", "task.labels.filter(l, l < 'b').size()"]
WHOLE += ["task.project.tasks.filter(t, has(t.assignee.name) && t.assignee.name > 'a' && t.is_leaf).size()"]
WHOLE += ["task.time_entries.filter(e, has(e.billable) && e.billable).map(e, e.duration).sum()"]
EXACT = ["task.percent_complete", "task.fields.cost", "task.project.budget"]
FLAGS = ["task.is_leaf", "task.fields.approved", "task.assignee.active", "task.project.archived"]
FLAGS += ["phase_at_least(task.project, 'planning')", "phase_at_least(task.project, 'monitoring')"]
FIELDS = [
    "task.title",
    "task.due",
    "task.project",
    "task.project.name",
    "task.parent",
    "task.parent.due",
    "task.assignee",
]
FIELDS += ["task.fields.phase", "task.project.manager", "task.project.manager.name", "task.percent_complete"]
LITERALS = ["'High'", "'Critical'", "'a'", "''", "'T1'", "'50%'", "'plan'", "'é'", "'_'", "'B'", "'to do'", "'%'"]
PATTERNS = ["'^[A-Z]'", r"'\\d'", "'a|é'", "'^.$'", "'(?:igh)+'", r"'\\bDo\\b'", r"'\\s'", "'[^a]'", "'x?$'", "'^$'"]
COMPARE = ["<", "<=", ">", ">=", "==", "!="]


class Expressions:
    """Draws conditions from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311  # repeatable, not secret

    def pick(self, options: list[str]) -> str:
        return self.random.choice(options)

    def comparison(self) -> str:
        return self.pick(COMPARE)

    def text(self, depth: int) -> str:
        if depth < 1 or self.random.random() < 0.8:
            return self.pick(TEXTS)
        return f"({self.text(depth - 1)} + {self.pick(LITERALS)})"

    def whole(self, depth: int) -> str:
        if depth < 1 or self.random.random() < 0.5:
            return self.pick(WHOLE) if self.random.random() < 0.7 else str(self.random.randint(-3, 500))
        return f"({self.whole(depth - 1)} {self.pick(list('+-*/%'))} {self.whole(depth - 1)})"

    def shift(self) -> str:
        return f"today {self.pick(['+', '-'])} days({self.random.randint(0, 30)})"

    def over_labels(self) -> str:
        joined = (
            f"{self.pick(['l == ', 'l != ', 'l < '])}{self.pick(['late', 'risk', 'T1'])!r} {self.pick(['&&', '||'])}"
        )
        rest = self.pick(
            [f"l.contains({self.pick(LITERALS)})", f"l {self.comparison()} {self.text(0)}", "!l.matches('^u')"]
        )
        return f"task.labels.{self.pick(['exists', 'all'])}(l, {joined} {rest})"

    def over_tasks(self) -> str:
        collection = self.pick(["task.children", "task.project.tasks"])
        body = self.pick(
            [
                f"t.due {self.comparison()} {self.pick(DATES)}",
                f"t.title {self.comparison()} 'a' || t.is_leaf",
                "'risk' in t.labels && t.percent_complete > 10.0",
                f"has(t.due) && t.due {self.comparison()} today && !(t.priority == task.priority)",
                "t.assignee.active || t.fields.approved",
                "t.labels.exists(l, l > 'c') && t.time_spent > 0",
            ]
        )
        return f"{collection}.{self.pick(['exists', 'all'])}(t, {body})"

    def over_links(self) -> str:
        body = self.pick(
            ["d.predecessor.due > task.due", "d.lag > 0 && d.predecessor.title != 'a'", "has(d.predecessor)"]
        )
        return f"task.predecessors.{self.pick(['exists', 'all'])}(d, {body})"

    def atom(self) -> str:
        makers = [
            lambda: f"{self.text(1)} {self.comparison()} {self.pick(LITERALS)}",
            lambda: f"{self.text(1)}.{self.pick(['startsWith', 'endsWith', 'contains'])}({self.pick(LITERALS)})",
            lambda: f"{self.text(0)}.matches({self.pick(PATTERNS)})",
            lambda: f"{self.pick(DATES[:-2])} {self.comparison()} {self.pick([*DATES, self.shift()])}",
            lambda: f"{self.whole(2)} {self.comparison()} {self.whole(1)}",
            lambda: (
                f"{self.pick(EXACT)} {self.comparison()} {self.pick(['0.0', '33.33', '10', '10.5', '1000.5', '-3'])}"
            ),
            lambda: self.pick(FLAGS),
            lambda: f"{self.pick(FLAGS)} == {self.pick(['true', 'false', *FLAGS])}",
            lambda: f"has({self.pick(FIELDS)})",
            lambda: f"{self.pick(FIELDS)} {self.pick(['==', '!='])} null",
            lambda: f"{self.text(0)} in [{', '.join(self.random.sample(LITERALS, self.random.randint(1, 4)))}]",
            lambda: f"{self.pick(['late', 'épique', 'Bug'])!r} in task.labels",
            lambda: f"{self.text(0)} in task.labels",
            lambda: f"task.status_category {self.pick(['==', '!='])} 'done'",
            lambda: f"task.last_activity_at {self.comparison()} now - duration('{self.random.randint(1, 800)}h')",
            self.over_labels,
            self.over_tasks,
            self.over_links,
        ]
        return self.random.choice(makers)()

    def condition(self, depth: int) -> str:
        draw = self.random.randint(0, 9)
        if depth < 1 or draw == 9:
            return self.atom()
        parts = [self.condition(depth - 1) for _ in range(3)]
        if draw < 4:
            return f"({' && '.join(parts[: self.random.randint(2, 3)])})"
        if draw < 7:
            return f"({' || '.join(parts[: self.random.randint(2, 3)])})"
        return f"!({parts[0]})" if draw == 7 else f"({parts[0]} ? {parts[1]} : {parts[2]})"

"""A site of a few issues for queries: everything in dictionaries, the account in Berlin, the time fixed."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from pmohub.testing.jira.jql import Asker, Edit, Field, FieldType, prepare
from pmohub.testing.jira.jql.site import Value

NOW = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
ASKER = Asker("anna", BERLIN, NOW, first_weekday=0)

FIELDS = (
    Field("customfield_10020", FieldType.RANKED, ("Sprint",)),
    Field("customfield_10014", FieldType.ISSUE, ("Epic Link",)),
    Field("customfield_10200", FieldType.TEXT, ("Customer",)),
    Field("customfield_10201", FieldType.CHOICE, ("Customer",)),
    Field("customfield_10202", FieldType.NUMBER, ("Story Points",)),
)
NAMES = {
    "project": {"10000": ("PAY", "Payments"), "10001": ("INT", "Interfaces")},
    "issuetype": {"1": ("Bug",), "2": ("Story",)},
    "status": {"1": ("To Do",), "3": ("In Progress",), "5": ("Done",)},
    "statusCategory": {"2": ("To Do", "new"), "4": ("In Progress", "indeterminate"), "3": ("Done",)},
    "priority": {"1": ("High",), "2": ("Medium",), "3": ("Low",)},
    "resolution": {"1": ("Fixed",)},
    "assignee": {"anna": ("Anna Keller", "anna@example.com"), "tom": ("Tom Baker",)},
    "fixVersion": {"71": ("1.0",), "72": ("1.1",), "73": ("1.1",)},
    "component": {"81": ("Backend",), "82": ("Frontend",)},
    "customfield_10020": {"91": ("Sprint 1",), "92": ("Sprint 2",)},
    "customfield_10201": {"95": ("Shops",)},
    "issue": {"1": ("PAY-1",), "2": ("PAY-2",), "3": ("PAY-10", "OLD-7"), "4": ("INT-1",)},
}
PEOPLE = {"reporter", "creator", "worklogAuthor"}
RANKS = {"71": ("PAY", 0), "72": ("PAY", 1), "73": ("INT", 0)}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@dataclass
class SmallIssue:
    id: str
    held: dict[str, Collection[Value]]
    changes: dict[str, list[Edit]] = field(default_factory=dict)

    def values(self, field: str) -> Collection[Value]:
        return self.held.get(field, ())

    def edits(self, field: str) -> Sequence[Edit]:
        return self.changes.get(field, ())


class SmallSite:
    def custom_fields(self) -> Iterable[Field]:
        return FIELDS

    def ids(self, field: str, name: str) -> Collection[str]:
        known = NAMES.get("assignee" if field in PEOPLE else field, {})
        sought = name.casefold()
        return [id_ for id_, names in known.items() if sought in {id_, *(each.casefold() for each in names)}]

    def rank(self, field: str, id_: str) -> tuple[object, ...]:
        if field == "issue":
            key, _, number = NAMES["issue"][id_][0].partition("-")
            return (key, int(number))
        if field == "priority":
            return (-int(id_),)
        return RANKS.get(id_, (id_,))

    def members(self, group: str) -> Collection[str] | None:
        return {"developers": ["tom"]}.get(group)

    def sprints(self, state: str) -> Collection[str]:
        return {"active": ["92"], "closed": ["91"]}.get(state, [])

    def versions(self, *, released: bool) -> Collection[str]:
        return ["71"] if released else ["72", "73"]


ISSUES = (
    SmallIssue(
        "1",
        {
            "project": ["10000"], "issuetype": ["1"], "status": ["5"], "statusCategory": ["3"], "priority": ["1"],
            "resolution": ["1"], "assignee": ["anna"], "reporter": ["tom"], "labels": ["Legacy", "ui"],
            "component": ["81"], "fixVersion": ["71"], "customfield_10020": ["91"],
            "created": [at("2026-01-05T09:00")], "updated": [at("2026-03-01T10:00:30")], "duedate": [date(2026, 3, 17)],
            "summary": ["Refund flow breaks"], "description": ["Card tokens expire"], "worklogDate": [date(2026, 2, 3)],
            "worklogAuthor": ["tom"], "customfield_10200": ["Shops GmbH"], "customfield_10202": [3],
            "originalEstimate": [7200],
        },
        {
            "status": [
                Edit(at("2026-02-01T10:00"), "tom", ["1"], ["3"]),
                Edit(at("2026-03-01T10:00"), "anna", ["3"], ["5"]),
            ]
        },
    ),
    SmallIssue(
        "2",
        {
            "project": ["10000"], "issuetype": ["2"], "status": ["3"], "statusCategory": ["4"], "priority": ["2"],
            "assignee": ["tom"], "reporter": ["anna"], "labels": ["ui"], "component": ["82"], "fixVersion": ["72"],
            "customfield_10020": ["92"], "parent": ["3"], "created": [at("2026-02-01T22:59")],
            "updated": [at("2026-03-18T11:00")], "duedate": [date(2026, 3, 22)], "summary": ["Order history page"],
            "customfield_10201": ["95"], "customfield_10202": [5],
        },
        {"status": [Edit(at("2026-03-10T08:00"), "anna", ["1"], ["3"])]},
    ),
    SmallIssue(
        "3",
        {
            "project": ["10000"], "issuetype": ["2"], "status": ["1"], "statusCategory": ["2"], "priority": ["3"],
            "reporter": ["anna"], "created": [at("2026-02-01T23:00")], "updated": [at("2026-03-11T11:59:59")],
            "summary": ["Refunds, all flows"],
        },
    ),
    SmallIssue(
        "4",
        {
            "project": ["10001"], "issuetype": ["1"], "status": ["1"], "statusCategory": ["2"], "priority": ["2"],
            "assignee": ["anna"], "reporter": ["tom"], "fixVersion": ["73"], "created": [at("2026-03-16T00:00")],
            "updated": [at("2026-03-18T11:59:59")], "summary": ["C'est l'été"],
        },
    ),
)  # fmt: skip


def found(jql: str, asker: Asker = ASKER) -> str:
    """Ids of what a query finds, in its order, run together: "124"."""
    search = prepare(jql, SmallSite(), asker)
    return "".join(issue.id for issue in search.ordered(each for each in ISSUES if search.matches(each)))

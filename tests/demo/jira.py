"""What happened in the sample company's Jira up to Wednesday 25 November 2026, as the acts of its people.

Engineering plans P-002 and P-005 of the register in Jira, Legal everything; `make_samples.py` writes the acts into the
file that the demo's sandbox goes on from. Days are `2026-11-13`; hours are whole.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from urllib.parse import quote

from pmohub.testing.jira.world import catalogue, scheme

HIDDEN = ("PAY", "DCX", "MOB")
"""Projects of the sandbox that this company keeps elsewhere."""
FORTNIGHTS_FROM = date(2025, 6, 3)
DONE = {"Done", "Closed"}
BEGUN = {
    "Done": "In Progress",
    "In Review": "In Progress",
    "Closed": "With counsel",
    "Awaiting signature": "With counsel",
}
NO_PHASE_SINCE = "2026-10-26"
"""Issues that are newer lack the PMO's phase: since then nobody filled it in by hand any more."""


class Issue(NamedTuple):
    """An issue: `above` is the summary of its epic, `begun` and `ended` when its status changed, `hours` its estimate.

    `weeks` are the hours worked on it, by calendar week of 2026.
    """

    project: str
    kind: str
    summary: str
    who: str
    made: str
    due: str = ""
    status: str = ""
    begun: str = ""
    ended: str = ""
    hours: int = 0
    above: str = ""
    weeks: dict[int, int] = {}  # noqa: RUF012  # never changed
    more: dict[str, Any] = {}  # noqa: RUF012


def option(field: str, value: str) -> dict[str, Any]:
    return {field: {"value": value}}


CHARTERS = [
    Issue("PORT", "Charter", "Customer portal 3.0", "Markus Lindner", "2026-04-07", status="In Progress",
          begun="2026-04-08", more=option(catalogue.PHASE, "Execution") | {
              catalogue.OBJECTIVE: "Half of all service requests need no call by summer 2027.",
              catalogue.BASELINE_FINISH: "2027-03-19"}),
    Issue("IAM", "Charter", "Identity and access", "Markus Lindner", "2026-06-01", status="In Progress",
          begun="2026-06-02", more=option(catalogue.PHASE, "Execution") | {
              catalogue.OBJECTIVE: "One login for 14 systems; leavers lose access the same day."}),
    Issue("GDPR", "Charter", "Privacy compliance 2027", "Stefan Ritter", "2026-09-01", status="With counsel",
          begun="2026-09-02", more=option(catalogue.PHASE, "Execution") | {
              catalogue.OBJECTIVE: "No open finding in the audit of spring 2027.",
              catalogue.BASELINE_FINISH: "2027-03-31"}),
    Issue("CON", "Charter", "Contract reviews", "Nora Falk", "2026-03-02", status="With counsel", begun="2026-03-03",
          more={catalogue.OBJECTIVE: "Every contract above 20,000 euros is read before it is signed."}),
]  # fmt: skip

PORTAL = [
    Issue("PORT", "Epic", "Order pages", "Julia Sommer", "2026-08-03", "2026-11-20", "Done", "2026-08-10",
          "2026-11-20"),
    Issue("PORT", "Story", "Show the list of orders with filters", "Julia Sommer", "2026-08-05", "2026-10-09", "Done",
          "2026-08-31", "2026-10-07", 64, "Order pages", {36: 14, 37: 16, 38: 12, 39: 14, 40: 12}),
    Issue("PORT", "Story", "Show an order with its parcels", "Julia Sommer", "2026-08-05", "2026-11-13", "Done",
          "2026-10-05", "2026-11-12", 60, "Order pages", {41: 10, 42: 12, 43: 10, 44: 10, 45: 8, 46: 8}),
    Issue("PORT", "Story", "Order again with one click", "Ravi Menon", "2026-08-05", "2026-09-25", "Done",
          "2026-08-31", "2026-09-25", 72, "Order pages", {36: 16, 37: 18, 38: 20, 39: 20}),
    Issue("PORT", "Story", "Send something back from the order", "Ravi Menon", "2026-08-05", "2026-10-16", "Done",
          "2026-09-28", "2026-10-16", 48, "Order pages", {40: 18, 41: 18, 42: 20}),
    Issue("PORT", "Story", "Order pages on a phone", "Oskar Berg", "2026-08-05", "2026-11-13", "Done", "2026-10-26",
          "2026-11-10", 24, "Order pages", {44: 10, 45: 16}),
    Issue("PORT", "Epic", "Search", "Ravi Menon", "2026-09-07", "2026-11-20", "In Progress", "2026-10-19"),
    Issue("PORT", "Story", "Index all articles each night", "Ravi Menon", "2026-09-07", "2026-10-30", "Done",
          "2026-10-19", "2026-10-30", 44, "Search", {43: 20, 44: 24}),
    # Late by a week, as the status report says: far more work than was thought.
    Issue("PORT", "Story", "Search page", "Ravi Menon", "2026-09-07", "2026-11-20", "In Progress", "2026-11-02",
          hours=64, above="Search", weeks={45: 24, 46: 28, 47: 30}),
    Issue("PORT", "Story", "Suggest articles while typing", "Ravi Menon", "2026-09-07", "2026-12-04", "To Do",
          hours=42, above="Search"),
    # Nobody has it, and its day is near.
    Issue("PORT", "Story", "Synonyms kept by the service desk", "", "2026-09-07", "2026-12-11", "To Do",
          hours=40, above="Search"),
    Issue("PORT", "Epic", "Invoices as PDF", "Oskar Berg", "2026-10-12", "2026-12-18", "In Progress", "2026-11-09"),
    Issue("PORT", "Story", "Invoice as PDF", "Oskar Berg", "2026-10-12", "2026-12-04", "In Progress", "2026-11-09",
          hours=44, above="Invoices as PDF", weeks={46: 18, 47: 16}),
    Issue("PORT", "Story", "Invoices of the last ten years", "Oskar Berg", "2026-10-12", "2026-12-18", "To Do",
          hours=36, above="Invoices as PDF"),
    Issue("PORT", "Story", "Show on a map where a parcel is", "Julia Sommer", "2026-11-09", "2026-12-11", "To Do",
          hours=30, above="Order pages"),
    Issue("PORT", "Bug", "Totals are wrong with two vouchers", "Julia Sommer", "2026-11-10", "2026-11-20", "Done",
          "2026-11-16", "2026-11-18", 6, "Order pages", {47: 6}),
    Issue("PORT", "Bug", "Login is slow on Monday mornings", "Oskar Berg", "2026-11-16", "2026-12-11", "To Do",
          hours=8),
]  # fmt: skip

ACCESS = [
    Issue("IAM", "Epic", "Connect payroll", "Julia Sommer", "2026-09-21", "2026-12-11", "In Progress", "2026-09-28"),
    Issue("IAM", "Story", "Agree the interface with payroll", "Julia Sommer", "2026-09-21", "2026-10-23", "Done",
          "2026-09-28", "2026-10-23", 20, "Connect payroll", {40: 6, 41: 6, 42: 4, 43: 6}),
    # Blocked: payroll's supplier owes an answer.
    Issue("IAM", "Story", "Read joiners and leavers each night", "Julia Sommer", "2026-09-21", "2026-11-18", "Blocked",
          "2026-10-26", "2026-11-17", 40, "Connect payroll", {44: 8, 45: 10, 46: 8, 47: 12},
          {scheme.BLOCKED_REASON: "Payroll's supplier has not opened the test system"}),
    Issue("IAM", "Story", "Switch off entries by hand", "Julia Sommer", "2026-11-02", "2026-12-11", "To Do",
          hours=10, above="Connect payroll"),
    Issue("IAM", "Epic", "Connect the ticket system", "Ravi Menon", "2026-10-19", "2026-12-04", "In Progress",
          "2026-10-26"),
    Issue("IAM", "Story", "Tickets: log in with the company account", "Ravi Menon", "2026-10-19", "2026-11-13", "Done",
          "2026-10-26", "2026-11-13", 36, "Connect the ticket system", {44: 8, 45: 14, 46: 16}),
    Issue("IAM", "Story", "Tickets: roles from the directory", "Ravi Menon", "2026-10-19", "2026-12-04", "In Review",
          "2026-11-16", "2026-11-24", 24, "Connect the ticket system", {47: 18}),
    Issue("IAM", "Task", "List accounts that nobody used for a year", "Oskar Berg", "2026-11-09", "2026-12-11",
          "To Do", hours=16),
    Issue("IAM", "Milestone", "Auditor has accepted the list of accounts", "Markus Lindner", "2026-11-09",
          "2026-12-18", "To Do"),
]  # fmt: skip

PRIVACY = [
    Issue("GDPR", "Epic", "Register of processing", "Nora Falk", "2026-09-02", "2026-12-11", "With counsel",
          "2026-09-07"),
    Issue("GDPR", "Story", "Processing in human resources", "Nora Falk", "2026-09-02", "2026-10-02", "Closed",
          "2026-09-07", "2026-10-01", 28, "Register of processing", {37: 6, 38: 8, 39: 8, 40: 6}),
    Issue("GDPR", "Story", "Processing in sales and service", "Nora Falk", "2026-09-02", "2026-11-06", "Closed",
          "2026-10-05", "2026-11-05", 32, "Register of processing", {41: 6, 42: 8, 43: 8, 44: 8, 45: 4}),
    Issue("GDPR", "Story", "Processing in the shops", "Nora Falk", "2026-09-02", "2026-12-11", "With counsel",
          "2026-11-09", hours=24, above="Register of processing", weeks={46: 6, 47: 8}),
    Issue("GDPR", "Epic", "Deletion concept", "Stefan Ritter", "2026-09-14", "2027-01-29", "With counsel",
          "2026-10-05"),
    Issue("GDPR", "Story", "Periods agreed with finance", "Stefan Ritter", "2026-09-14", "2026-12-04",
          "Awaiting signature", "2026-10-05", "2026-11-20", 24, "Deletion concept", {41: 4, 43: 6, 45: 6, 47: 4}),
    Issue("GDPR", "Story", "Deletion tried in the customer files", "James O'Neill", "2026-11-02", "2027-01-29",
          "Received", hours=26, above="Deletion concept"),
    Issue("GDPR", "Epic", "Agreements with processors", "Camille Laurent", "2026-09-14", "2026-12-18",
          "With counsel", "2026-09-21"),
    Issue("GDPR", "Story", "Agreement with the newsletter provider", "Camille Laurent", "2026-09-14", "2026-10-23",
          "Closed", "2026-09-21", "2026-10-21", 12, "Agreements with processors", {39: 4, 41: 4, 43: 6}),
    # The other side has not signed; its day has passed.
    Issue("GDPR", "Story", "Agreement with the payroll provider", "Camille Laurent", "2026-09-14", "2026-11-13",
          "Awaiting signature", "2026-10-19", "2026-11-06", 14, "Agreements with processors", {44: 6, 45: 6}),
    Issue("GDPR", "Milestone", "Register complete", "Stefan Ritter", "2026-09-02", "2026-12-18", "Received"),
    Issue("GDPR", "Milestone", "Audit passed", "Stefan Ritter", "2026-09-02", "2027-03-31", "Received"),
]  # fmt: skip

CONTRACTS = [
    Issue("CON", "Task", "Lease of warehouse C", "Nora Falk", "2026-10-12", "2026-11-06", "Closed", "2026-10-14",
          "2026-11-04", 8, weeks={42: 4, 44: 4}),
    Issue("CON", "Task", "Framework agreement for vans", "Stefan Ritter", "2026-11-02", "2026-12-04", "With counsel",
          "2026-11-09", hours=12, weeks={46: 4, 47: 3}),
    Issue("CON", "Task", "Licence of the new search engine", "Camille Laurent", "2026-11-09", "2026-11-27",
          "Awaiting signature", "2026-11-11", "2026-11-20", 6, weeks={46: 3, 47: 2}),
    Issue("CON", "Task", "Gearbox for line 4: warranty", "James O'Neill", "2026-11-16", "2026-12-01", "With counsel",
          "2026-11-18", hours=6, weeks={47: 3}),
]  # fmt: skip

BLOCKS = [
    ("Invoice as PDF", "Invoices of the last ten years"),
    ("Search page", "Suggest articles while typing"),
    ("Read joiners and leavers each night", "Switch off entries by hand"),
]
ISSUES = [*CHARTERS, *PORTAL, *ACCESS, *PRIVACY, *CONTRACTS]
LEADS = {"PORT": "Markus Lindner", "IAM": "Markus Lindner", "GDPR": "Stefan Ritter", "CON": "Nora Falk"}
PROPERTIES = {
    "CON": {"pmo.status": "active", "pmo.delivery": "continuous", "pmo.type": "internal"},
    "GDPR": {"pmo.type": "regulatory"},
}


class Step(NamedTuple):
    """An act before its keys are known: `sort` puts what happens at one moment in order."""

    at: datetime
    sort: int
    who: str
    method: str
    path: str
    body: dict[str, Any] | str


def acts() -> Iterator[dict[str, Any]]:
    """Give all acts in the order in which they happened, as the sandbox keeps them."""
    for step in sorted(_steps(), key=lambda step: (step.at, step.sort)):
        path = step.path if step.path.startswith("/") else f"/as/{quote(step.who)}/{step.path}"
        at = step.at.isoformat(timespec="milliseconds")
        yield {"at": at, "method": step.method, "path": f"/_sandbox{path}", "body": step.body}


def keys() -> dict[str, str]:
    """Give the key of each issue by its summary: they are numbered as they were made."""
    counts: dict[str, int] = {}
    found = {}
    for _, issue in sorted(enumerate(ISSUES), key=lambda entry: (entry[1].made, entry[0])):
        counts[issue.project] = counts.get(issue.project, 0) + 1
        found[issue.summary] = f"{issue.project}-{counts[issue.project]}"
    return found


def _at(day: date | str, hour: int = 8, minute: int = 0) -> datetime:
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime.combine(day, time(hour, minute), UTC)


def _steps() -> Iterator[Step]:
    for project in HIDDEN:
        yield Step(_at("2026-01-05"), 0, "", "POST", "/hide", {"project": project})
    for project, lead in LEADS.items():
        yield Step(_at("2026-01-05"), 1, "", "POST", "/project", {"project": project, "lead": lead})
    for project, properties in PROPERTIES.items():
        for name, value in properties.items():
            yield Step(_at("2026-01-05"), 2, LEADS[project], "PUT", f"project/{project}/properties/{name}", value)
    known = keys()
    for place, issue in enumerate(ISSUES):
        yield from _life(place, issue, known)
    for place, (first, then) in enumerate(BLOCKS):
        ends = {"inwardIssue": {"key": known[first]}, "outwardIssue": {"key": known[then]}}
        yield Step(
            _at("2026-11-09", 14, place), 0, "Markus Lindner", "POST", "issueLink", {"type": {"name": "Blocks"}, **ends}
        )


def _life(place: int, issue: Issue, known: dict[str, str]) -> Iterator[Step]:
    key, lead = known[issue.summary], LEADS[issue.project]
    yield Step(_at(issue.made), place, lead, "POST", "issue", {"fields": _fields(issue, known)})
    last = issue.status in BEGUN and BEGUN[issue.status]
    moved = [(issue.begun, last), (issue.ended, issue.status)] if last else [(issue.begun, issue.status)]
    if issue.status == "Blocked":
        moved = [(issue.begun, "In Progress"), (issue.ended, "Blocked")]
    for day, status in moved:
        if day:
            fields = issue.more if status == "Blocked" else {}
            told = {"issue": key, "to": status, "by": issue.who, "fields": fields}
            yield Step(_at(day, 16 if status in DONE else 7, place), 0, "", "POST", "/status", told)
    for week, hours in issue.weeks.items():
        yield from _worked(place, issue, key, week, hours)


def _fields(issue: Issue, known: dict[str, str]) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "project": {"key": issue.project}, "issuetype": {"name": issue.kind}, "summary": issue.summary
    }  # fmt: skip
    if issue.who:
        fields["assignee"] = {"accountId": _email(issue.who)}
    if issue.due:
        fields["duedate"] = issue.due
        # What has not begun is planned for its last two weeks.
        fields[catalogue.TARGET_START] = issue.begun or max(issue.made, _weeks_before(issue.due))
    if issue.hours:
        fields["timetracking"] = {"originalEstimate": f"{issue.hours}h"}
    if issue.above:
        fields["parent"] = {"key": known[issue.above]}
    if issue.kind == "Epic":
        fields[catalogue.EPIC_NAME] = issue.summary
    if issue.project in {"PORT", "IAM"} and issue.kind in {"Story", "Bug"} and issue.begun:
        turn = (date.fromisoformat(issue.ended or "2026-11-25") - FORTNIGHTS_FROM).days // 14
        fields[catalogue.SPRINT] = {"PORT": 2, "IAM": 3}[issue.project] * 1000 + turn
    if issue.kind == "Charter":
        fields |= issue.more
        fields[catalogue.OBJECTIVE] = _document(str(issue.more[catalogue.OBJECTIVE]))
    elif issue.made < NO_PHASE_SINCE and issue.project != "CON":
        fields |= option(catalogue.PHASE, "Execution")
    return fields


def _worked(place: int, issue: Issue, key: str, week: int, hours: int) -> Iterator[Step]:
    """Log a week's hours: a day's at most each, from Monday on."""
    day = date.fromisocalendar(2026, week, 1)
    while hours:
        some = min(hours, 8)
        started = f"{day.isoformat()}T08:00:00.000+0000"
        body = {"started": started, "timeSpentSeconds": some * 3600}
        yield Step(_at(day, 15, place), 0, issue.who, "POST", f"issue/{key}/worklog", body)
        hours -= some
        day += timedelta(days=1)


def _weeks_before(due: str) -> str:
    return (date.fromisoformat(due) - timedelta(days=11)).isoformat()


def _email(name: str) -> str:
    return f"{name.lower().replace(chr(39), '').replace(' ', '.')}@nordhaus.example"


def _document(text: str) -> dict[str, Any]:
    content = [{"type": "paragraph", "content": [{"type": "text", "text": text}]}]
    return {"type": "doc", "version": 1, "content": content}

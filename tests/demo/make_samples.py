"""Writes the sample company's workbooks and its tools into pmohub/demo/samples: `python -m tests.demo.make_samples`.

Run once when the data changes; the files are kept in the repository, so that the demo shows files and not code.
"""

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import xlsxwriter
from xlsxwriter.workbook import Workbook

from pmohub.demo.company import ASANA, FILES_OF, JIRA
from pmohub.testing import asana as asana_sandbox
from pmohub.testing import jira as jira_sandbox
from pmohub.testing.asana.keeping import Kept as KeptAsana
from pmohub.testing.jira.keeping import Kept as KeptJira
from tests.demo.asana import happened
from tests.demo.company import MILESTONES, PEOPLE, PROJECTS, REPORTS, ProjectRow
from tests.demo.jira import acts
from tests.demo.plans import ENGINEERING, HOURS, OPERATIONS, OPERATIONS_HEAD, WEEKS

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

SAMPLES = Path(__file__).parents[2] / "pmohub/demo/samples"
MADE = datetime(2026, 11, 23, 8, 0)  # noqa: DTZ001  # a workbook's property: XlsxWriter takes no zone
HEADS = (
    "No.", "Project", "Department", "Status", "RAG", "Phase", "Manager", "Sponsor", "Objective",
    "Start", "Finish", "Baseline start", "Baseline finish", "% complete", "Budget (EUR)", "Tier", "Project type",
    "Jira", "PMO ID",
)  # fmt: skip
WIDTHS = (8, 28, 13, 11, 8, 11, 16, 16, 48, 13, 15, 14, 15, 11, 13, 6, 13, 8, 24)
DATES = range(9, 13)
FIRST_ROW = 5


class Sheet:
    """A worksheet with the formats of a plain office workbook."""

    def __init__(self, book: Workbook, name: str) -> None:
        self.sheet: Worksheet = book.add_worksheet(name)
        self.title: Format = book.add_format({"bold": True, "font_size": 16})
        self.note: Format = book.add_format({"italic": True, "font_color": "#666666"})
        self.group: Format = book.add_format({"bold": True, "align": "center", "bg_color": "#dde3ea", "border": 1})
        self.head: Format = book.add_format({"bold": True, "bottom": 2, "text_wrap": True})
        self.date: Format = book.add_format({"num_format": "dd.mm.yyyy"})
        self.money: Format = book.add_format({"num_format": "#,##0"})
        self.share: Format = book.add_format({"num_format": "0%"})
        self.bold: Format = book.add_format({"bold": True, "top": 1, "num_format": "#,##0"})

    def heads(self, row: int, heads: tuple[str, ...], widths: tuple[int, ...]) -> None:
        """Write a row of headings and set the columns' widths."""
        for column, (head, width) in enumerate(zip(heads, widths, strict=True)):
            self.sheet.write_string(row, column, head, self.head)
            self.sheet.set_column(column, column, width)

    def day(self, row: int, column: int, written: str) -> None:
        """Write a true date, or the text that somebody typed."""
        if written.startswith("'"):
            self.sheet.write_string(row, column, written.strip("'"))
        elif written:
            self.sheet.write_datetime(row, column, date.fromisoformat(written), self.date)

    def text(self, row: int, column: int, written: str) -> None:
        """Write a text, nothing for an empty one."""
        if written:
            self.sheet.write_string(row, column, written)


def workbook(folder: Path, name: str) -> Workbook:
    """Begin a workbook whose bytes depend on its content alone."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(path)
    book.set_properties({"author": "Nordhaus PMO", "created": MADE})
    return book


def register(folder: Path) -> None:
    """Write the PMO's register: two rows of title, a row of merged groups, the headings, a row of totals, a chart."""
    book = workbook(folder, "portfolio/Project register 2026.xlsx")
    page = Sheet(book, "Register")
    page.sheet.merge_range(0, 0, 0, 8, "Project register 2026", page.title)
    page.sheet.write_string(1, 0, "Kept by the PMO. As of Monday 23 November 2026", page.note)
    for first, last, name in ((0, 5, "Project"), (6, 8, "Who and why"), (9, 12, "Dates"), (13, 18, "Figures")):
        page.sheet.merge_range(3, first, 3, last, name, page.group)
    page.heads(4, HEADS, WIDTHS)
    for row, project in enumerate(PROJECTS, FIRST_ROW):
        _register_row(page, row, project)
    total = FIRST_ROW + len(PROJECTS)
    page.sheet.write_string(total, 1, "Total", page.bold)
    budgets = sum(project.budget or 0 for project in PROJECTS)
    page.sheet.write_formula(total, 14, f"=SUM(O{FIRST_ROW + 1}:O{total})", page.bold, budgets)
    page.sheet.data_validation(FIRST_ROW, 4, total - 1, 4, {"validate": "list", "source": ["Green", "Amber", "Red"]})
    page.sheet.conditional_format(
        FIRST_ROW, 4, total - 1, 4,
        {"type": "cell", "criteria": "==", "value": '"Red"', "format": book.add_format({"bg_color": "#f4c7c3"})},
    )  # fmt: skip
    page.sheet.write_comment(FIRST_ROW + 2, 4, "Red since the network provider moved its date.")
    page.sheet.freeze_panes(FIRST_ROW, 2)
    _milestones(book)
    _reports(book)
    _people(book)
    _overview(book, total)
    book.close()


def _register_row(page: Sheet, row: int, project: ProjectRow) -> None:
    for column, value in enumerate(project):
        if column in DATES:
            page.day(row, column, value)
        elif isinstance(value, str):
            page.text(row, column, value)
        elif value is not None:
            page.sheet.write_number(row, column, value, {13: page.share, 14: page.money}.get(column))


def _milestones(book: Workbook) -> None:
    page = Sheet(book, "Milestones")
    heads = ("No.", "Project", "Kind", "Milestone", "Owner", "Due", "Status")
    page.heads(0, heads, (8, 10, 11, 30, 18, 19, 8))
    for row, milestone in enumerate(MILESTONES, 1):
        for column, value in enumerate(milestone):
            (page.day if heads[column] == "Due" else page.text)(row, column, value)


def _reports(book: Workbook) -> None:
    page = Sheet(book, "Status reports")
    page.heads(0, ("Project", "Date", "Author", "RAG", "Report"), (10, 12, 18, 8, 70))
    for row, (project, day, author, rag, text) in enumerate(REPORTS, 1):
        page.text(row, 0, project)
        page.day(row, 1, day)
        for column, value in ((2, author), (3, rag), (4, text)):
            page.text(row, column, value)


def _people(book: Workbook) -> None:
    page = Sheet(book, "People")
    page.heads(0, ("Name", "E-mail", "Department", "Active", "Hours a week", "Rate (EUR/h)"), (18, 34, 14, 8, 13, 13))
    for row, (name, email, department, active, hours, rate) in enumerate(PEOPLE, 1):
        for column, value in enumerate((name, email, department, active)):
            page.text(row, column, value)
        page.sheet.write_number(row, 4, hours)
        page.sheet.write_number(row, 5, rate)


def _overview(book: Workbook, total: int) -> None:
    page = book.add_worksheet("Overview")
    chart = book.add_chart({"type": "bar"})
    rows = f"${FIRST_ROW + 1}:${{column}}${total}"
    names = f"=Register!$B{rows.format(column='B')}"
    values = f"=Register!$O{rows.format(column='O')}"
    chart.add_series({"categories": names, "values": values, "name": "Budget (EUR)"})
    chart.set_title({"name": "Budget by project"})
    page.insert_chart("B2", chart, {"x_scale": 1.6, "y_scale": 1.4})


def engineering(folder: Path) -> None:
    """Write engineering's plan: WBS numbers as the spreadsheet has them (1.1 is a number), titles indented by hand."""
    book = workbook(folder, "engineering/Engineering plan.xlsx")
    page = Sheet(book, "Plan")
    page.sheet.write_string(0, 0, "Engineering: work plan", page.title)
    page.sheet.write_string(1, 0, "Please fill in hours, not days!", page.note)
    heads = ("WBS", "Project", "Task", "Who", "Start", "Due", "Status", "Effort (h)", "After", "PMO phase")
    page.heads(3, heads, (7, 9, 36, 18, 12, 12, 13, 10, 9, 12))
    for row, task in enumerate(ENGINEERING, 4):
        page.text(row, 0, task.wbs)
        page.text(row, 1, task.project)
        page.text(row, 2, "    " * task.wbs.count(".") + task.title)
        page.text(row, 3, task.who)
        page.day(row, 4, task.start)
        page.day(row, 5, task.due)
        page.text(row, 6, task.status)
        if isinstance(task.hours, str):
            page.text(row, 7, task.hours)
        elif task.hours is not None:
            page.sheet.write_number(row, 7, task.hours)
        page.text(row, 8, task.after)
    page.sheet.autofilter(3, 0, 3 + len(ENGINEERING), len(heads) - 1)
    page.sheet.freeze_panes(4, 3)
    book.close()


def timesheet(folder: Path) -> None:
    """Write the company's hours: a column a week under its Monday, merged months above, sums below and beside."""
    book = workbook(folder, "hours/Hours 2026.xlsx")
    page = Sheet(book, "Weeks")
    mondays = [date.fromisocalendar(2026, week, 1) for week in WEEKS]
    page.sheet.write_string(0, 0, "Hours by week (Monday)", page.title)
    for month in sorted({monday.month for monday in mondays}):
        columns = [2 + number for number, monday in enumerate(mondays) if monday.month == month]
        name = date(2026, month, 1).strftime("%B")
        if len(columns) > 1:
            page.sheet.merge_range(1, columns[0], 1, columns[-1], name, page.group)
        else:
            page.sheet.write_string(1, columns[0], name, page.group)
    page.heads(2, ("Name", "Project", *([""] * len(WEEKS)), "Sum"), (18, 10, *([11] * len(WEEKS)), 8))
    for column, monday in enumerate(mondays, 2):
        page.sheet.write_datetime(2, column, monday, page.date)
    for row, (person, project, hours) in enumerate(HOURS, 3):
        page.text(row, 0, person)
        page.text(row, 1, project)
        for column, worked in enumerate(hours, 2):
            if worked is not None:
                page.sheet.write_number(row, column, worked)
        total = sum(worked or 0 for worked in hours)
        page.sheet.write_formula(row, 2 + len(WEEKS), f"=SUM(C{row + 1}:N{row + 1})", page.bold, total)
    last = 3 + len(HOURS)
    page.sheet.write_string(last, 0, "Total", page.bold)
    for column in range(2, 2 + len(WEEKS)):
        letter = chr(ord("A") + column)
        total = sum(hours[column - 2] or 0 for _, _, hours in HOURS)
        page.sheet.write_formula(last, column, f"=SUM({letter}4:{letter}{last})", page.bold, total)
    book.close()


def operations(folder: Path) -> None:
    """Write the list of Operations as its tool exports it: cp1252, semicolons, decimal commas, CR LF."""
    path = folder / "operations/Aufgaben.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [OPERATIONS_HEAD, *OPERATIONS, ""]
    path.write_bytes("\r\n".join(lines).encode("cp1252"))


def tools(folder: Path) -> None:
    """Write the acts of the company's Jira and Asana into the files that the sandboxes go on from."""
    for tool in (JIRA, ASANA):
        (folder / tool.file).parent.mkdir(parents=True, exist_ok=True)
    site = jira_sandbox.Sandbox(issues=0, today=FILES_OF)
    KeptJira(folder / JIRA.file, site, FILES_OF, JIRA.port, list(acts())).write()
    kept = KeptAsana(folder / ASANA.file, asana_sandbox.Sandbox(tasks=0, today=FILES_OF), FILES_OF, ASANA.port)
    kept.write()
    happened(kept.begin(datetime.combine(FILES_OF, time(), UTC)))


def make(folder: Path) -> None:
    """Write all workbooks, lists and tools into a folder."""
    register(folder)
    engineering(folder)
    timesheet(folder)
    operations(folder)
    tools(folder)


if __name__ == "__main__":
    make(SAMPLES)

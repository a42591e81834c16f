"""The words of a digest."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from canonical.vocabulary import PmoMode, Severity
from pmohub.notices.digest import News, Notice, digest
from pmohub.notices.findings import Finding

NOW = datetime(2026, 3, 16, 8, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")


def finding(number: int, **other: Any) -> Finding:
    values: dict[str, Any] = {
        "message": f"{number} was due",
        "remedy": "Finish it",
        "severity": Severity.MAJOR,
        "first_seen_at": NOW,
        "since": NOW,
        "project": "Fair (P-1)",
        "department_id": "pmo",
        "department": "PMO",
        "mode": PmoMode.CONTROLLING,
        "owner": None,
        "url": None,
    }
    return Finding(number=number, **(values | other))


def told_of(*found: Finding) -> Notice:
    return digest(News(found, frozenset()), ZONE)


def test_large_numbers_are_written_as_everywhere_else() -> None:
    found = told_of(*(finding(number) for number in range(1234)))
    assert found.subject == "1,234 deviations to look at in Fair (P-1)"
    assert ("1,234 new." in found.text, "and 1,227 more" in found.text) == (True, True)


def test_the_oldest_day_comes_first_then_the_gravest_then_the_project_as_people_count() -> None:
    found = [
        finding(1, severity=Severity.MINOR, project="P-10"),
        finding(2, severity=Severity.MINOR, project="P-2"),
        finding(3, severity=Severity.CRITICAL, first_seen_at=NOW + timedelta(minutes=5)),
        finding(4, severity=Severity.MINOR, first_seen_at=NOW - timedelta(days=1)),
        finding(5, severity=Severity.MINOR, project="P-2"),
    ]
    texts = {told_of(*found).text, told_of(*reversed(found)).text}
    assert len(texts) == 1, "however the database gives them"
    order = [line.partition(": ")[2][:1] for line in texts.pop().splitlines() if line.startswith("- ")]
    assert order == ["4", "3", "2", "5", "1"]

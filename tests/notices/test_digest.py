"""The words of a digest."""

from datetime import UTC, datetime

from canonical.vocabulary import PmoMode, Severity
from pmohub.notices.digest import News, digest
from pmohub.notices.findings import Finding

NOW = datetime(2026, 3, 16, 8, tzinfo=UTC)


def finding(number: int) -> Finding:
    return Finding(
        number=number,
        message="It was due",
        remedy="Finish it",
        severity=Severity.MAJOR,
        is_integrity=False,
        first_seen_at=NOW,
        since=NOW,
        legacy=False,
        put_off_until=None,
        project="Fair (P-1)",
        department_id="pmo",
        department="PMO",
        mode=PmoMode.CONTROLLING,
        owner=None,
        url=None,
    )


def test_large_numbers_are_written_as_everywhere_else() -> None:
    found = digest(News([finding(number) for number in range(1234)], [], frozenset(), None))
    assert found is not None
    assert found.subject == "1,234 deviations to look at in Fair (P-1)"
    assert ("1,234 new." in found.text, "and 1,227 more" in found.text) == (True, True)

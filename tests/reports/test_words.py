"""Numbers, dates and lists as people read them."""

from datetime import UTC, date, datetime, timedelta

from pmohub.reports import words


def test_numbers_have_separators_and_a_real_minus() -> None:
    assert (words.number(1988.4), words.number(-3), words.signed(-3), words.signed(31)) == ("1,988", "−3", "−3", "+31")


def test_lists_are_read_aloud() -> None:
    assert words.listed(["A"]) == "A"
    assert words.listed(["A", "B", "C"]) == "A, B and C"
    assert words.listed(list("ABCDEFG"), 4) == "A, B, C, D and 3 more"
    assert words.listed([]) == ""


def test_counts_agree_with_their_noun() -> None:
    assert [words.counted(1, "project"), words.counted(2, "entry", "entries")] == ["1 project", "2 entries"]


def test_age_is_told_in_the_unit_that_matters() -> None:
    now = datetime(2026, 11, 25, 12, tzinfo=UTC)
    passed = (timedelta(seconds=50), timedelta(minutes=6), timedelta(hours=3), timedelta(hours=38))
    told = [words.ago(now - each, now).replace(words.NBSP, " ") for each in passed]
    assert told == ["just now", "6 min ago", "3 h ago", "1 d 14 h ago"]


def test_weeks_follow_iso_8601() -> None:
    assert words.week(date(2027, 1, 1)) == "W53"

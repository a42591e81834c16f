"""What people type into cells is read exactly, or refused; never guessed."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.spreadsheet.values.cells import Fraction, UnreadableError, as_text, fold, is_absent
from connectors.spreadsheet.values.dates import DateStyle, DayOrder, read_date, read_moment
from connectors.spreadsheet.values.durations import Workday, read_duration, unit_in_heading
from connectors.spreadsheet.values.links import read_links
from connectors.spreadsheet.values.numbers import currency_of, read_number, read_percent
from connectors.spreadsheet.values.words import read_bool, read_person

ANY_DATE = st.dates(date(1950, 1, 1), date(2199, 12, 31))
PLAIN = DateStyle()
HOURS = 3600


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-04",
        "2026/3/4",
        "04.03.2026",
        "4.3.2026",
        "4. März 2026",
        "4. Mrz. 2026",
        "4 March 2026",
        "4-Mar-2026",
        "March 4, 2026",
        "Mi, 04.03.2026",
        "Wed 4 March 2026",
        "2026-03-04T00:00:00",
        "04.03.2026 14:30",
        "04.03.2026, 14:30 Uhr",
    ],
)
def test_a_date_that_can_mean_one_day_is_that_day(text: str) -> None:
    assert read_date(text, PLAIN) == date(2026, 3, 4)


@pytest.mark.parametrize(
    "text",
    [
        "5",
        "12",
        "Mar-26",
        "4.3.26",
        "2026/13/01",
        "31.02.2026",
        "29.02.2025",
        "13/14/2026",
        "0/5/2026",
        "soon",
        "46000",
    ],
)
def test_what_is_no_full_date_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError):
        read_date(text, PLAIN)


def test_a_bare_number_is_no_date() -> None:
    with pytest.raises(UnreadableError, match="not a date"):
        read_date(46085.0, PLAIN)


def test_an_ambiguous_date_is_refused_with_both_meanings() -> None:
    with pytest.raises(UnreadableError, match="3 April 2026 or 4 March 2026; no row of the column decides"):
        read_date("03/04/2026", PLAIN)


@pytest.mark.parametrize(("deciding", "expected"), [("25/12/2026", date(2026, 4, 3)), ("12/25/2026", date(2026, 3, 4))])
def test_one_row_decides_for_the_whole_column(deciding: str, expected: date) -> None:
    order = DayOrder(PLAIN)
    for row, text in enumerate(["03/04/2026", deciding], 2):
        order.see(text, row)
    assert read_date("03/04/2026", order.style()) == expected


def test_rows_that_contradict_each_other_are_both_named() -> None:
    order = DayOrder(PLAIN)
    order.see("25/12/2026", 5)
    order.see("12/25/2026", 9)
    with pytest.raises(UnreadableError, match=r"row 5 \(25/12/2026\) puts the day first, row 9"):
        read_date("03/04/2026", order.style())


def test_two_digit_years_and_patterns_are_read_by_setting_only() -> None:
    assert read_date("4.3.26", DateStyle(two_digit_years=True)) == date(2026, 3, 4)
    assert read_date("03/04/26", DateStyle(pattern="mm/dd/yy")) == date(2026, 3, 4)
    assert read_date(20260304.0, DateStyle(pattern="yyyymmdd")) == date(2026, 3, 4)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Q2 2026", date(2026, 4, 1), date(2026, 6, 30)),
        ("2. Quartal 2026", date(2026, 4, 1), date(2026, 6, 30)),
        ("März 2026", date(2026, 3, 1), date(2026, 3, 31)),
        ("12/2026", date(2026, 12, 1), date(2026, 12, 31)),
        ("KW 14/2026", date(2026, 3, 30), date(2026, 4, 5)),
        ("2026-W14", date(2026, 3, 30), date(2026, 4, 5)),
    ],
)
def test_a_period_is_a_day_only_where_the_mapping_says_which(text: str, first: date, last: date) -> None:
    with pytest.raises(UnreadableError, match="is a period"):
        read_date(text, PLAIN)
    assert read_date(text, DateStyle(period="first")) == first
    assert read_date(text, DateStyle(period="last")) == last


@given(ANY_DATE)
def test_every_day_comes_back_from_every_exact_form(day: date) -> None:
    forms = [f"{day:%Y-%m-%d}", f"{day:%d.%m.%Y}", f"{day.day}. {day:%B %Y}", f"{day:%B} {day.day}, {day:%Y}"]
    assert {read_date(form, PLAIN) for form in forms} == {day}


@given(ANY_DATE, st.booleans())
def test_slashes_follow_the_setting(day: date, day_first: bool) -> None:
    text = f"{day:%d/%m/%Y}" if day_first else f"{day:%m/%d/%Y}"
    assert read_date(text, DateStyle(day_first=day_first)) == day


@pytest.mark.parametrize(
    ("text", "hour"), [("3/15/2026 12:05 AM", 0), ("15/Mar/26 5:05 PM", 17), ("15. Mar 2026, 12:05 p.m.", 12)]
)
def test_a_clock_of_twelve_hours_is_read(text: str, hour: int) -> None:
    style = DateStyle(two_digit_years=True)
    assert read_moment(text, style) == datetime(2026, 3, 15, hour, 5)  # noqa: DTZ001
    assert read_date(text, style) == date(2026, 3, 15)
    with pytest.raises(UnreadableError, match="no such time of day"):
        read_moment("3/15/2026 13:05 PM", style)


def test_a_moment_keeps_its_time_and_zone() -> None:
    assert read_moment("2026-03-04T14:30:00Z", PLAIN) == datetime(2026, 3, 4, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("1.5h", 1.5),
        ("2h 30m", 2.5),
        ("1,5 Std.", 1.5),
        ("2 Tage 3 Std", 19),
        ("2:30", 2.5),
        ("57:20", 57 + 1 / 3),
        ("90 min", 1.5),
        ("1d 4h", 12),
        ("1 week", 40),
        ("3 PT", 24),
        ("PT2H30M", 2.5),
        ("5 days?", 40),
        ("1 Stunde und 15 Minuten", 1.25),
    ],
)
def test_a_duration_as_typed_is_read(text: str, hours: float) -> None:
    assert read_duration(text, None, Workday()) == round(hours * HOURS)


@pytest.mark.parametrize("text", ["1.5", "1 h 90 x", "h", "30m 2h", "2h 2h", "-3h", "1:75", "1.234 h", "tomorrow"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError):
        read_duration(text, None, Workday())


def test_a_bare_number_counts_the_unit_of_the_mapping_or_heading() -> None:
    assert read_duration(1.5, "d", Workday(hours_a_day=7.5)) == round(11.25 * HOURS)
    assert read_duration("1,5", "h", Workday()) == 5400
    assert [unit_in_heading(h) for h in ("Effort (h)", "Aufwand [PT]", "Duration in days", "Effort")] == [
        "h",
        "d",
        "d",
        None,
    ]


def test_times_and_durations_of_cells_are_hours_and_minutes() -> None:
    assert read_duration(time(2, 30), None, Workday()) == 9000
    assert read_duration(timedelta(hours=36), None, Workday()) == 36 * HOURS


@given(st.integers(0, 6_000_000))
def test_every_duration_comes_back_as_clock_and_as_words(minutes: int) -> None:
    hours, rest = divmod(minutes, 60)
    assert read_duration(f"{hours}:{rest:02}", None, Workday()) == minutes * 60
    assert read_duration(f"{hours}h {rest}m", None, Workday()) == minutes * 60


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1.234.567", "1234567"),
        ("12,5", "12.5"),
        ("0.125", "0.125"),
        ("€ 1.234,50", "1234.50"),
        ("1 234,50 EUR", "1234.50"),
        ("(1,200.00)", "-1200.00"),
        ("300-", "-300"),
        ("1'234.50", "1234.50"),
        ("5.000,-", "5000"),
        ("-12", "-12"),
    ],
)
def test_a_number_that_can_mean_one_thing_is_that(text: str, number: str) -> None:
    locale = "de" if text == "5.000,-" else None
    assert read_number(text, locale) == Decimal(number)


@pytest.mark.parametrize("text", ["1.234", "12,444", "1.23,45", "12.34.56", "1e3", "12 apples", "", "--5", "1,2,3"])
def test_a_number_that_may_be_two_or_none_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError):
        read_number(text, None)


def test_a_locale_settles_what_a_point_means() -> None:
    assert read_number("1.234", "de") == 1234
    assert read_number("12,444", "de") == Decimal("12.444")
    with pytest.raises(UnreadableError):
        read_number("1,234.56", "de")


@given(st.decimals(-1_000_000_000, 1_000_000_000, places=2))
def test_every_amount_comes_back_from_english_and_german_writing(amount: Decimal) -> None:
    english = f"{amount:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert read_number(english, "en") == read_number(german, "de") == amount
    assert read_number(english, None) == read_number(german, None) == amount


@given(st.text(max_size=20))
def test_no_text_breaks_a_reader(text: str) -> None:
    for read in (
        lambda: read_date(text, PLAIN),
        lambda: read_moment(text, PLAIN),
        lambda: read_duration(text, None, Workday()),
        lambda: read_number(text, None),
        lambda: read_number(text, "de"),
        lambda: read_percent(text, None, None),
        lambda: read_links(text, Workday()),
        lambda: read_person(text),
        lambda: read_bool(text),
    ):
        refused = refusal(read)
        assert refused is None or (refused.reason and refused.remedy)


def refusal(read: Callable[[], object]) -> UnreadableError | None:
    try:
        read()
    except UnreadableError as error:
        return error
    return None


def test_a_percentage_is_taken_as_shown_and_a_bare_fraction_is_asked_about() -> None:
    assert read_percent(Fraction(0.5), None, None) == read_percent(50.0, None, None) == read_percent("50 %", None, None)
    assert read_percent(0.5, None, "fraction") == 50
    assert read_percent(0.5, None, "percent") == Decimal("0.5")
    with pytest.raises(UnreadableError, match="can be 50"):
        read_percent(0.5, None, None)
    with pytest.raises(UnreadableError, match="not between"):
        read_percent(150.0, None, None)


def test_a_person_is_a_name_an_address_or_both() -> None:
    assert read_person("Jane  Doe").ref == "name:Jane Doe"
    both = read_person("Doe, Jane <J.Doe@Example.com>")
    assert (both.name, both.email, both.ref) == (
        "Doe, Jane",
        "j.doe@example.com",
        "email:Doe, Jane <j.doe@example.com>",
    )
    with pytest.raises(UnreadableError, match="more than one person"):
        read_person("Jane Doe; John Roe")


def test_predecessors_are_read_with_type_and_lag() -> None:
    links = read_links("3FS+2d; 5, 7.1SS-1 week; 4EA+1t", Workday())
    assert [(link.key, link.type.value, link.lag) for link in links] == [
        ("3", "FS", 2),
        ("5", "FS", 0),
        ("7.1", "SS", -5),
        ("4", "FS", 1),
    ]
    with pytest.raises(UnreadableError, match="whole number of working days"):
        read_links("3FS+4h", Workday())


def test_a_lag_without_a_unit_is_in_days_and_a_number_in_a_key_is_no_lag() -> None:
    links = read_links("2.1EA+5; A-12; A-12FS", Workday())
    assert [(link.key, link.lag) for link in links] == [("2.1", 5), ("A-12", 0), ("A-12", 0)]


def test_placeholders_say_nothing_and_statuses_do() -> None:
    assert all(is_absent(text) for text in ("", "  ", "-", "n/a", "TBD", "k.A.", "?", None))
    assert not any(is_absent(text) for text in ("open", "x", "0", 0, False))


def test_a_cell_reads_as_its_author_sees_it() -> None:
    assert [as_text(cell) for cell in (12.0, 7.1, True, date(2026, 3, 4), timedelta(hours=57), None)] == [
        "12",
        "7.1",
        "TRUE",
        "2026-03-04",
        "57:00",
        "",
    ]


def test_signs_name_currencies() -> None:
    assert [currency_of(text) for text in ("€ 5", "5 USD", "$5", "5", 5.0)] == ["EUR", "USD", None, None, None]


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)

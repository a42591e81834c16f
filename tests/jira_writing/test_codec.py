"""Values become what Jira takes for a field, and are refused in words before anything is sent."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canonical.values import FieldValue, alike
from connectors.jira.mapping.adf import to_markdown
from connectors.jira.mapping.catalogue import JiraField
from connectors.jira.mapping.values import decoder
from connectors.jira.writing.codec import Dialect, Sides, edit, editable, estimate
from connectors.jira.writing.documents import to_document
from connectors.mapping.reading import clean
from connectors.writing.refusal import RefusedError

BERLIN = ZoneInfo("Europe/Berlin")
CUSTOM = "com.atlassian.jira.plugin.system.customfieldtypes"
RISKS = [{"id": "1", "value": "Low"}, {"id": "2", "value": "High"}]
REGIONS = [
    {"id": "10", "value": "Europe", "children": [{"id": "11", "value": "Germany"}]},
    {"id": "20", "value": "A - B", "children": [{"id": "21", "value": "C"}]},
]
BOX = [{"id": "5", "value": "Budget approved"}]
CLOUD = Dialect(cloud=True, user=lambda text: {"accountId": text.removeprefix("id:")})
SERVER = Dialect(cloud=False, user=lambda text: {"name": text})


def field(kind: str, items: str = "", *, custom: str = "", required: bool = False, **more: Any) -> Any:
    """Give a field as editmeta does."""
    operations = ["add", "set", "remove"] if kind == "array" else ["set"]
    schema = {"type": kind, "items": items, "custom": custom}
    raw = {"name": "The field", "schema": schema, "required": required, "operations": operations, **more}
    return editable("customfield_1", raw)


def sent(target: Any, after: FieldValue, before: FieldValue = None, dialect: Dialect = CLOUD) -> Any:
    """Give what is sent for the field."""
    body = edit(target, Sides(before, after), dialect)
    (whole,) = body.values()
    return whole["customfield_1"]


@pytest.mark.parametrize(
    ("target", "after", "expected"),
    [
        (field("number"), Decimal("3.50"), 3.5),
        (field("number"), "3", 3),
        (field("date"), date(2026, 1, 31), "2026-01-31"),
        (field("date"), "2026-01-31", "2026-01-31"),
        (field("datetime"), datetime(2026, 1, 31, 10, tzinfo=UTC), "2026-01-31T10:00:00.000+0000"),
        (field("datetime"), datetime(2026, 1, 31, 11, tzinfo=BERLIN), "2026-01-31T10:00:00.000+0000"),
        (field("datetime"), "2026-01-31T10:00:00+00:00", "2026-01-31T10:00:00.000+0000"),
        (field("option", allowedValues=RISKS), "High", {"id": "2"}),
        (field("option", allowedValues=RISKS), "high ", {"id": "2"}),
        (field("option"), "High", {"value": "High"}),
        (field("priority", allowedValues=[{"id": "3", "name": "High"}]), "High", {"id": "3"}),
        (field("option-with-child", allowedValues=REGIONS), "Europe - Germany", {"id": "10", "child": {"id": "11"}}),
        (field("option-with-child", allowedValues=REGIONS), "A - B - C", {"id": "20", "child": {"id": "21"}}),
        (field("option-with-child", allowedValues=REGIONS), "Europe", {"id": "10"}),
        (field("option", allowedValues=[{"id": "1", "value": "Yes"}, {"id": "2", "value": "No"}]), False, {"id": "2"}),
        (field("user"), "id:5b", {"accountId": "5b"}),
        (field("group"), "jira-users", {"name": "jira-users"}),
        (field("string"), "=1+1", "=1+1"),
        (field("any", custom="com.pyxis.greenhopper.jira:gh-epic-link"), "ENG-1", "ENG-1"),
        (field("number"), None, None),
    ],
)
def test_a_value_is_sent_in_the_form_of_its_field(target: Any, after: FieldValue, expected: Any) -> None:
    assert sent(target, after) == expected


def test_lists_are_changed_by_adding_and_removing_never_replaced() -> None:
    labels = field("array", "string")
    assert sent(labels, ["a", "b", "c", "d"], ["a", "b", "c"]) == [{"add": "d"}]
    assert sent(labels, "b; c", ["a", "b"]) == [{"add": "c"}, {"remove": "a"}]
    assert sent(labels, None, ["a"]) == [{"remove": "a"}]
    assert sent(field("array", "option", allowedValues=RISKS), ["High"], ["Low"]) == [
        {"add": {"id": "2"}},
        {"remove": {"id": "1"}},
    ]
    assert sent(field("array", "version"), ["1.0"]) == [{"add": {"name": "1.0"}}]
    assert sent(field("array", "user"), ["ada"], dialect=SERVER) == [{"add": {"name": "ada"}}]
    assert sent(field("array", "option", allowedValues=BOX), True) == [{"add": {"id": "5"}}]
    assert sent(field("array", "option", allowedValues=BOX), False, ["Budget approved"]) == [{"remove": {"id": "5"}}]


@pytest.mark.parametrize(
    ("target", "after", "words"),
    [
        (field("option", allowedValues=RISKS), "Huge", "The field does not allow Huge; allowed are Low, High"),
        (field("option-with-child", allowedValues=REGIONS), "Europe - Mars", "The field, Europe does not allow Mars"),
        (field("number"), "many", "The field holds a number, and “many” is none"),
        (field("number"), True, "The field holds a number"),
        (field("date"), "soon", "The field holds a day, and “soon” is none"),
        (field("datetime"), date(2026, 1, 31), "The field holds an instant"),
        (field("datetime"), "2026-01-31T10:00:00", "The field holds an instant"),
        (field("string", required=True), None, "The field is required and may not be emptied"),
        (field("string", operations=[]), "x", "Jira does not let The field be set"),
        (field("array", "string"), ["two words"], "a label has no blanks"),
        (field("array", "json"), ["Sprint 1"], "which pmohub does not write"),
        (field("array", "string", operations=["set"]), ["a"], "replaced as a whole only"),
        (field("sd-approvals"), "x", "of the type sd-approvals, which pmohub does not write"),
        (field("option", allowedValues=RISKS), True, "no value that means yes"),
    ],
)
def test_what_a_field_does_not_take_is_refused_by_its_name(target: Any, after: FieldValue, words: str) -> None:
    with pytest.raises(RefusedError, match=words):
        edit(target, Sides(None, after), CLOUD)


def test_one_estimate_is_sent_with_the_other_as_it_is() -> None:
    now = {"timeoriginalestimate": 7200, "timeestimate": 3600}
    assert estimate("timeoriginalestimate", "Original", 10800, now) == {
        "update": {"timetracking": [{"edit": {"originalEstimate": "180m", "remainingEstimate": "60m"}}]}
    }
    with pytest.raises(RefusedError, match="whole number of minutes"):
        estimate("timeestimate", "Remaining", 61, now)


TEXTS = st.text(max_size=60)
MARKUP = st.text(alphabet="ab #*_`~-1.>[]()\n|:/", max_size=40)


@given(TEXTS | MARKUP)
def test_any_text_reads_back_from_its_document_as_it_was_sent(text: str) -> None:
    assert to_markdown(to_document(text)) == clean(text)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("# Head\n\nSome **bold** text", ["heading", "paragraph"]),
        ("- one\n- two\n  - three", ["bulletList"]),
        ("1. one\n2. two", ["orderedList"]),
        ("```sql\nselect 1\n```", ["codeBlock"]),
        ("> quoted", ["blockquote"]),
        ("a\nb", ["paragraph"]),
        ("2 * 3 * 4", ["paragraph"]),
    ],
)
def test_markdown_becomes_what_a_document_has_for_it(text: str, kinds: list[str]) -> None:
    assert [node["type"] for node in to_document(text)["content"]] == kinds


def test_rich_text_is_a_document_on_cloud_and_a_text_on_data_center() -> None:
    notes = field("string", custom=f"{CUSTOM}:textarea")
    assert sent(notes, "x")["type"] == "doc"
    assert sent(notes, "x", dialect=SERVER) == "x"


OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
INSTANTS = st.datetimes(datetime(1971, 1, 1), datetime(2199, 1, 1), timezones=OFFSETS).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)
NUMBERS = st.integers(-(10**12), 10**12) | st.decimals(-(10**9), 10**9, places=4)
CASES = st.one_of(
    st.tuples(st.just("number"), NUMBERS),
    st.tuples(st.just("date"), st.dates()),
    st.tuples(st.just("datetime"), INSTANTS),
    st.tuples(st.just("option"), st.sampled_from(["Low", "High"])),
    st.tuples(st.just("option-with-child"), st.sampled_from(["Europe", "Europe - Germany", "A - B - C"])),
    st.tuples(st.just("string"), TEXTS.map(clean).filter(bool)),
)
ALLOWED: dict[str, Any] = {"option": RISKS, "option-with-child": REGIONS}


def kept_by_jira(kind: str, raw: Any) -> Any:
    """Give what Jira shows of a value after it took it: options by their values, too."""
    if kind == "option":
        return next(value for value in RISKS if value["id"] == raw["id"])
    if kind == "option-with-child":
        parent: Any = next(value for value in REGIONS if value["id"] == raw["id"])
        child = [one for one in parent["children"] if one["id"] == raw.get("child", {}).get("id")]
        return {"value": parent["value"], **({"child": child[0]} if child else {})}
    return raw


@given(CASES)
def test_what_was_sent_is_read_as_the_value_it_was(case: tuple[str, Any]) -> None:
    kind, value = case
    raw = kept_by_jira(kind, sent(field(kind, allowedValues=ALLOWED.get(kind, [])), value))
    assert alike(decoder(JiraField("customfield_1", "The field", kind), BERLIN)(raw), value)

"""JQL finds what Jira would find, and refuses what Jira would refuse, in Jira's words."""

from contextlib import suppress
from dataclasses import replace
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmohub.testing.jira.jql import JqlError, prepare
from tests.jira_sandbox.small_site import ASKER, ISSUES, SmallSite, at, found

FINDS = {
    "": "1234",
    "project = PAY": "123",
    "PROJECT = 'payments'": "123",
    "project = 10001": "4",
    "project = 'INT' AND type = bug": "4",
    "project != PAY": "4",
    "not project = PAY": "4",
    "! project = PAY || key = PAY-1": "14",
    "key = PAY-2 or key = PAY-1 and project = 'INT'": "2",
    "(key = PAY-2 or key = PAY-1) and project = 'INT'": "",
    "id in (1, 4)": "14",
    "issuekey = OLD-7": "3",
    "key > PAY-1": "23",
    "key >= PAY-2 and key <= PAY-10": "23",
    "status in ('To Do', Done)": "134",
    "status not in ('To Do', Done)": "2",
    "statusCategory != done": "234",
    "resolution = Unresolved": "234",
    "resolution != unresolved": "1",
    "resolution is EMPTY": "234",
    "assignee is not null": "124",
    "assignee = EMPTY": "3",
    "assignee in (tom, empty)": "23",
    "assignee != tom": "14",
    "not assignee = tom": "14",
    "not (assignee = tom or project = 'INT')": "1",
    "assignee = currentUser()": "14",
    "assignee = 'Anna Keller'": "14",
    "assignee in membersOf('developers')": "2",
    "assignee not in membersOf(developers)": "14",
    "labels = LEGACY": "1",
    "labels != legacy": "2",
    "labels in (ui, other)": "12",
    "labels not in (other)": "12",
    "priority > Medium": "1",
    "priority <= Medium": "234",
    "fixVersion = '1.1'": "24",
    "fixVersion >= '1.0'": "12",
    "fixVersion in releasedVersions()": "1",
    "sprint in openSprints()": "2",
    "sprint = 'Sprint 1'": "1",
    "cf[10020] in closedSprints()": "1",
    "parent = PAY-10": "2",
    "'Epic Link' is empty": "1234",
    "summary ~ refund": "1",
    "summary ~ 'refund*'": "13",
    "summary ~ 'flow refund'": "1",
    "summary ~ '\"order history\"'": "2",
    "summary ~ '\"history order\"'": "",
    "text ~ tokens": "1",
    "summary !~ 'refund*'": "24",
    "description !~ nothing": "1",
    "summary ~ 'l\\'été'": "4",
    "Customer ~ shops": "1",
    "Customer = Shops": "2",
    "'Customer[Short text]' ~ gmbh": "1",
    "'Story Points' >= 4": "2",
    "cf[10202] = '3'": "1",
    "originalEstimate = 2h": "1",
    "originalEstimate < '1d'": "1",
    "worklogDate >= '2026-02-01' and worklogAuthor = tom": "1",
    "due < now()": "1",
    "due <= endOfWeek()": "12",
    "due > startOfDay(-2) and due < startOfDay(1)": "1",
    "duedate = '2026/03/17'": "1",
    "created >= '2026-02-02'": "34",
    "created < '2026/02/02 00:00'": "12",
    "created > 1769986740000": "34",
    "updated > -1h": "4",
    "updated >= '-1h'": "24",
    "updated > '-1w'": "24",
    "updated >= '-1w 1m'": "234",
    "updated >= '2026-03-01 11:00'": "1234",
    "updated <= '2026-03-01 11:00'": "",
    "created >= startOfMonth(-1) and created <= endOfMonth('-1')": "23",
    "created >= startOfYear() and created < startOfMonth()": "123",
    "created >= startOfWeek()": "4",
    "status was 'In Progress'": "12",
    "status was 'To Do' before '2026-01-01'": "",
    "status was 'In Progress' on '2026-02-20'": "1",
    "status was not Done": "234",
    "status was in ('In Progress', Done) by anna": "12",
    "status was 'In Progress' during ('2026-03-02', '2026-03-10')": "2",
    "status changed": "12",
    "status changed to Done by currentUser()": "1",
    "status changed from 'To Do' to 'In Progress' after '2026-03-01'": "2",
    "not status changed": "34",
    "assignee was tom": "2",
    "project = PAY ORDER BY key DESC": "321",
    "order by key": "4123",
    "order by duedate asc": "1234",
    "order by due desc, key asc": "4321",
    "ORDER BY priority DESC, updated ASC": "1243",
    "order by status, created desc": "4321",
}
UNREADABLE = "Error in the JQL Query: "
OPERATORS = "The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'."
IN_THE_WORDS_OF_JIRA = {
    "project = NOPE": "The value 'NOPE' does not exist for the field 'project'.",
    "project in (PAY, 777)": "A value with ID '777' does not exist for the field 'project'.",
    "key in (PAY-99)": "An issue with key 'PAY-99' does not exist for field 'key'.",
    "key = 0.0": UNREADABLE + "The character '.' is a reserved JQL character. You must enclose it in a string or use"
    " the escape '\\u002e' instead. (line 1, character 8)",
    "key = '0.0'": "The issue key '0.0' for field 'key' is invalid.",
    "nonsense = 1": "Field 'nonsense' does not exist or you do not have permission to view it.",
    "cf[1] = 1": "Field 'cf[1]' does not exist or you do not have permission to view it.",
    "status ~ Done": "The operator '~' is not supported by the 'status' field.",
    "summary = x": "The operator '=' is not supported by the 'summary' field.",
    "summary was x": "History searches do not support the 'summary' field.",
    "project = INT": UNREADABLE
    + "'INT' is a reserved JQL word. You must surround it in quotation marks to use it in a "
    "query. (line 1, character 11)",
    "project = IN": "Error in JQL Query: Expecting either a value, list or function but got 'IN'. You must"
    " surround 'IN' in quotation marks to use it as a value. (line 1, character 11)",
    "PAY-1": UNREADABLE + "Expecting operator before the end of the query. " + OPERATORS,
    "project & PAY": UNREADABLE + "Expecting operator but got '&'. " + OPERATORS + " (line 1, character 9)",
    "project = PAY\n  status = Done": UNREADABLE
    + "Expecting either 'OR' or 'AND' but got 'status'. (line 2, character 3)",
    "summary ~ 'never ends": UNREADABLE
    + "The quoted string 'never ends' has not been completed. (line 1, character 11)",
    "assignee = tom@example": UNREADABLE
    + "The character '@' is a reserved JQL character. You must enclose it in a string or use"
    " the escape '\\u0040' instead. (line 1, character 15)",
    "updated > '2020-05-06T12:15:17.831Z'": "Date value '2020-05-06T12:15:17.831Z' for field 'updated' is "
    "invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a "
    "period format e.g. '-5d', '4w 2d'.",
    "updated > now(-1)": "Function 'now' expected '0' arguments but received '1'.",
    "updated > soon()": "Unable to find JQL function 'soon()'.",
    "project = (PAY)": "Operator '=' does not support the list value '(PAY)' for field 'project'.",
    "project in PAY": "Operator 'in' does not support the non-list value 'PAY' for field 'project'.",
    "order by nonsense": "Not able to sort using field 'nonsense'.",
    "(project = PAY": UNREADABLE + "Expecting ')' before the end of the query.",
}


@pytest.mark.parametrize(("jql", "ids"), FINDS.items(), ids=str)
def test_a_query_finds_what_jira_would_find(jql: str, ids: str) -> None:
    assert found(jql) == ids


@pytest.mark.parametrize(("jql", "message"), IN_THE_WORDS_OF_JIRA.items(), ids=str)
def test_a_refusal_is_in_the_words_of_jira(jql: str, message: str) -> None:
    with pytest.raises(JqlError) as refusal:
        prepare(jql, SmallSite(), ASKER)
    assert refusal.value.messages == (message,)


def test_everything_wrong_with_the_meaning_is_said_at_once() -> None:
    with pytest.raises(JqlError) as refusal:
        prepare("project = NOPE and nonsense = 1", SmallSite(), ASKER)
    assert len(refusal.value.messages) == 2
    assert refusal.value.answer(cloud=True).keys() == {"errorMessages", "warningMessages"}
    assert refusal.value.answer(cloud=False).keys() == {"errorMessages", "errors"}


def test_without_validation_what_does_not_exist_finds_nothing_and_is_warned_of() -> None:
    search = prepare("project in (NOPE, 'INT')", SmallSite(), ASKER, validate=False)
    assert [issue.id for issue in ISSUES if search.matches(issue)] == ["4"]
    assert search.warnings == ("The value 'NOPE' does not exist for the field 'project'.",)


def test_a_date_without_a_zone_is_in_the_zone_of_whoever_asks() -> None:
    tokyo = replace(ASKER, timezone=ZoneInfo("Asia/Tokyo"))
    assert found("created >= '2026-02-02'", ASKER) == "34"
    assert found("created >= '2026-02-02'", tokyo) == "234"


def test_a_minute_is_the_finest_that_a_typed_date_can_say() -> None:
    assert found("updated > '2026-03-18 12:59'") == "4"
    with pytest.raises(JqlError, match="is invalid"):
        found("updated > '2026-03-18 12:59:30'")


def test_an_order_alone_bounds_nothing() -> None:
    assert not prepare("order by key", SmallSite(), ASKER).bounded
    assert prepare("project is not empty order by key", SmallSite(), ASKER).bounded


def test_hints_tell_an_index_where_to_look() -> None:
    jql = "project = PAY and (key = PAY-1 or id = 2) and updated >= '2026-03-01' and updated < '2026-03-05 10:00'"
    hints = prepare(jql, SmallSite(), ASKER).hints
    assert hints.projects == {"10000"}
    assert hints.issues == {"1", "2"}
    assert (hints.updated.since, hints.updated.until) == (at("2026-02-28T23:00"), at("2026-03-05T09:00"))


CLAUSES = [jql for jql in FINDS if jql and "order by" not in jql.lower()]


def test_hints_never_leave_out_what_is_found() -> None:
    for one, other, join in product(CLAUSES[::3], CLAUSES[1::3], ("and", "or")):
        search = prepare(f"({one}) {join} not ({other})", SmallSite(), ASKER)
        for issue in filter(search.matches, ISSUES):
            hints = search.hints
            assert hints.projects is None or hints.projects & set(map(str, issue.values("project")))
            assert hints.issues is None or issue.id in hints.issues
            assert all(hints.updated.since <= moment <= hints.updated.until for moment in issue.values("updated"))
            assert all(hints.created.since <= moment <= hints.created.until for moment in issue.values("created"))


@given(st.text())
def test_whatever_is_typed_is_answered_or_refused(typed: str) -> None:
    with suppress(JqlError):
        prepare(typed, SmallSite(), ASKER)
    quoted = typed.replace("\\", "\\\\").replace('"', '\\"')
    assert found(f'labels = "{quoted}"') in {"", "1", "12"}

"""Searches: Cloud's `search/jql` with tokens, Data Center's `search` with counts.

Source: Atlassian, "The Jira Cloud platform REST API" (v3, Issue search) and "JIRA Server platform REST API" (v2).
"""

from typing import Any, NamedTuple

from pmohub.testing.jira.answers.issues import wanted
from pmohub.testing.jira.answers.meta import names, schemas
from pmohub.testing.jira.finding.search import Found
from pmohub.testing.jira.finding.view import View
from pmohub.testing.jira.jql.errors import UNBOUNDED, JqlError
from pmohub.testing.jira.routes.asking import Asking, Json, Refusal
from pmohub.testing.jira.routes.edits import open_steps
from pmohub.testing.jira.world.numbering import FIRST_ID

MOST_IDS, MOST_ISSUES, MOST_ON_SERVER, MOST_RECONCILED = 5000, 100, 1000, 50
CLOUD_BODY = (
    "jql",
    "nextPageToken",
    "maxResults",
    "fields",
    "expand",
    "properties",
    "fieldsByKeys",
    "reconcileIssues",
    "failFast",
)
SERVER_BODY = ("jql", "startAt", "maxResults", "fields", "expand", "validateQuery", "fieldsByKeys", "properties")


class Page(NamedTuple):
    """Where a page of a search ended."""

    jql: str
    last: View


def cloud_get(ask: Asking) -> Json:
    """Answer `GET search/jql`."""
    fresh = [part for one in ask.queries("reconcileIssues") for part in one.split(",") if part]
    return _cloud(
        ask,
        ask.query("jql"),
        ask.query("nextPageToken"),
        ask.number("maxResults", 50),
        ask.queries("fields"),
        (ask.query("expand"), fresh),
    )


def cloud_post(ask: Asking) -> Json:
    """Answer `POST search/jql`."""
    body = ask.expect(CLOUD_BODY)
    most, fields, expand = body.get("maxResults", 50), body.get("fields", []), body.get("expand", "")
    if not isinstance(most, int) or not isinstance(fields, list) or not isinstance(expand, str):
        raise Refusal(400, "Invalid request payload. Refer to the REST API documentation and try again.")
    more = (expand, body.get("reconcileIssues", []))
    return _cloud(ask, body.get("jql") or "", body.get("nextPageToken") or "", most, fields, more)


def _cloud(ask: Asking, jql: str, token: str, most: int, fields: list[str], more: tuple[str, list[Any]]) -> Json:
    expand, fresh = more
    chosen = wanted(fields, "id")
    if len(fresh) > MOST_RECONCILED:
        raise Refusal(400, f"The reconcileIssues list is limited to {MOST_RECONCILED} issue ids.")
    if most < 1:
        raise Refusal(400, "The value of maxResults must be at least 1.")
    size = min(most, MOST_IDS if chosen is None else MOST_ISSUES, ask.state.sandbox.page_cap or MOST_IDS)
    if ask.account is None:
        return {"issues": [], "isLast": True}
    found = _found(ask, jql, [int(one) - FIRST_ID for one in fresh])
    if not found.search.bounded:
        raise Refusal(400, UNBOUNDED)
    start = _start(ask, found, jql, token)
    numbers = found.numbers[start : start + size]
    views = [view for number in numbers if (view := ask.state.finder.view(number, _numbers(fresh))) is not None]
    told: Json = {"issues": [_issue(ask, view, chosen, fields, expand) for view in views]}
    told["isLast"] = start + size >= len(found.numbers)
    if not told["isLast"]:
        told["nextPageToken"] = ask.state.remember(Page(jql, views[-1]))
    return {**told, **_expanded(chosen or (), expand)}


def _numbers(fresh: list[Any]) -> frozenset[int]:
    return frozenset(int(one) - FIRST_ID for one in fresh)


def _start(ask: Asking, found: Found, jql: str, token: str) -> int:
    if not token:
        return 0
    page = ask.state.pages.get(token)
    if page is None or page.jql != jql:
        raise Refusal(400, "The provided next page token is invalid or has expired.")
    return ask.state.finder.after(found, page.last)


def _found(ask: Asking, jql: str, fresh: list[int], *, validate: bool = True) -> Found:
    try:
        return ask.state.finder.find(jql, ask.account, fresh, validate=validate)
    except JqlError as error:
        raise Refusal(400, body=error.answer(cloud=ask.state.cloud)) from None


def _issue(ask: Asking, view: View, chosen: tuple[str, ...] | None, fields: list[str], expand: str) -> Json:
    if chosen is None and "changelog" not in expand:
        return ask.issues.bare(view.id, view.key if "key" in fields else None)
    issue = view.issue
    told = ask.issues.whole(issue, chosen or ())
    if "changelog" in expand.split(","):
        told["changelog"] = ask.issues.expanded_changelog(issue)
    if "transitions" in expand.split(","):
        told["transitions"] = open_steps(ask, issue)
    return told


def _expanded(chosen: tuple[str, ...], expand: str) -> Json:
    asked = expand.split(",")
    told: Json = {"names": names(chosen)} if "names" in asked else {}
    return {**told, "schema": schemas(chosen)} if "schema" in asked else told


def server_get(ask: Asking) -> Json:
    """Answer Data Center's `GET search`."""
    start, size = ask.page(50, MOST_ON_SERVER)
    validate = ask.query("validateQuery", "true").lower() not in {"false", "none", "warn"}
    return _server(ask, ask.query("jql"), start, size, ask.queries("fields"), ask.query("expand"), validate)


def server_post(ask: Asking) -> Json:
    """Answer Data Center's `POST search`."""
    body = ask.expect(SERVER_BODY)
    expand = body.get("expand", [])
    told = ",".join(expand) if isinstance(expand, list) else str(expand)
    size = min(MOST_ON_SERVER, max(0, int(body.get("maxResults", 50))))
    validate = body.get("validateQuery", True) not in {False, "none", "warn"}
    return _server(
        ask, body.get("jql") or "", int(body.get("startAt", 0)), size, body.get("fields", []), told, validate
    )


def _server(ask: Asking, jql: str, start: int, size: int, fields: list[str], expand: str, validate: bool) -> Json:
    size = min(size, ask.state.sandbox.page_cap or size)
    found = _found(ask, jql, [], validate=validate)
    numbers = found.numbers if ask.may("BROWSE_PROJECTS") else []
    views = [ask.state.finder.view(number) for number in numbers[start : start + size]]
    chosen = wanted(fields, "*navigable")
    issues = [_issue(ask, view, chosen or (), fields, expand) for view in views if view is not None]
    told: Json = {
        "expand": "schema,names",
        "startAt": start,
        "maxResults": size,
        "total": len(numbers),
        "issues": issues,
    }
    return {**told, **_expanded(chosen or (), expand)}


def bulk_fetch(ask: Asking) -> Json:
    """Answer Cloud's `POST issue/bulkfetch`: at most 100 issues, by id; what is not seen is left out."""
    body = ask.expect(("issueIdsOrKeys", "fields", "expand", "properties", "fieldsByKeys"))
    asked = body.get("issueIdsOrKeys")
    if not isinstance(asked, list) or not asked:
        raise Refusal(400, "issueIdsOrKeys must not be empty.")
    if len(asked) > MOST_ISSUES:
        raise Refusal(400, f"The number of issues must not exceed {MOST_ISSUES}.")
    found = {issue.number: issue for name in asked if ask.sees(issue := ask.world.find(str(name))) and issue}
    chosen = wanted(body.get("fields") or [], "*all")
    expand = body.get("expand") or []
    told = []
    for number in sorted(found):
        entry = ask.issues.whole(found[number], chosen or ())
        if "changelog" in expand:
            entry["changelog"] = ask.issues.expanded_changelog(found[number])
        told.append(entry)
    return {"expand": "names,schema", "issues": told} if not told else {"issues": told}


def count(ask: Asking) -> Json:
    """Answer Cloud's `POST search/approximate-count`."""
    jql = ask.expect(("jql",)).get("jql") or ""
    if ask.account is None:
        return {"count": 0}
    found = _found(ask, jql, [])
    if not found.search.bounded:
        raise Refusal(400, UNBOUNDED)
    return {"count": len(found.numbers)}


def removed(_ask: Asking) -> Json:
    """Answer Cloud's old `search` (410), which was removed in 2025."""
    message = "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API."
    raise Refusal(410, message)

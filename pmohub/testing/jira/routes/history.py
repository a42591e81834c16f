"""Changelogs: of one issue by pages, and of up to a thousand issues at once (Cloud)."""

from typing import Any, NamedTuple

from pmohub.testing.jira.answers.issues import Json
from pmohub.testing.jira.answers.values import issue_id
from pmohub.testing.jira.routes.asking import Asking, Refusal
from pmohub.testing.jira.routes.site import paged
from pmohub.testing.jira.world.issue import Change

MOST_AT_ONCE, MOST_CHANGES, MOST_FIELDS = 1000, 10_000, 10


class Cursor(NamedTuple):
    """Where a page of changes ended."""

    asked: tuple[str, ...]
    after: tuple[int, int, int]


def changelog(ask: Asking) -> Json:
    """Answer `issue/{issueIdOrKey}/changelog`: oldest first, at most 100 a page."""
    issue = ask.issue(ask.path("issue"))
    start, most = ask.page(100, 100)
    page = paged(ask, list(issue.changes), start, most)
    return {**page, "values": [ask.issues.change(one) for one in page["values"]]}


def bulk(ask: Asking) -> Json:
    """Answer `changelog/bulkfetch`: by date and issue, oldest first.

    `created` is milliseconds since 1970, as the service sends it; its document says date-time and shows a number.
    """
    body = ask.expect(("issueIdsOrKeys", "fieldIds", "maxResults", "nextPageToken"))
    asked, fields = body.get("issueIdsOrKeys"), body.get("fieldIds") or []
    if not isinstance(asked, list) or not 1 <= len(asked) <= MOST_AT_ONCE:
        raise Refusal(400, f"issueIdsOrKeys must have from 1 to {MOST_AT_ONCE} entries.")
    most = body.get("maxResults", 1000)
    if len(fields) > MOST_FIELDS or not isinstance(most, int) or not 1 <= most <= MOST_CHANGES:
        raise Refusal(400, f"At most {MOST_FIELDS} fieldIds; maxResults from 1 to {MOST_CHANGES}.")
    issues = {issue.number: issue for name in asked if ask.sees(issue := ask.world.find(str(name))) and issue}
    every = sorted((one.at, number, one.id, one) for number, issue in issues.items() for one in issue.changes)
    wanted = set(fields)
    if wanted:
        every = [entry for entry in every if any(item.field_id in wanted for item in entry[3].items)]
    after = _after(ask, body.get("nextPageToken"), tuple(map(str, asked)))
    rest = [entry for entry in every if entry[:3] > after]
    told: Json = {"issueChangeLogs": _grouped(ask, rest[:most], wanted)}
    if len(rest) > most:
        told["nextPageToken"] = ask.state.remember(Cursor(tuple(map(str, asked)), rest[most - 1][:3]))
    return told


def _after(ask: Asking, token: str | None, asked: tuple[str, ...]) -> tuple[int, int, int]:
    if not token:
        return (0, 0, 0)
    cursor = ask.state.pages.get(token)
    if not isinstance(cursor, Cursor) or cursor.asked != asked:
        raise Refusal(400, "The provided next page token is invalid or has expired.")
    return cursor.after


def _grouped(ask: Asking, entries: list[tuple[int, int, int, Change]], wanted: set[str]) -> list[Json]:
    by_issue: dict[int, list[Any]] = {}
    for at, number, identity, one in entries:
        shown = one if not wanted else one._replace(items=tuple(i for i in one.items if i.field_id in wanted))
        told = {"id": str(identity), "author": ask.things.person(one.author), "created": at}
        by_issue.setdefault(number, []).append({**told, "items": ask.issues.items(shown)})
    return [{"issueId": issue_id(number), "changeHistories": told} for number, told in by_issue.items()]

"""What the site says of itself and its people: fields, statuses, types, projects, users, permissions."""

from typing import Any

from pmohub.testing.jira.answers.issues import Json
from pmohub.testing.jira.answers.meta import field_list
from pmohub.testing.jira.routes.asking import Asking, Refusal
from pmohub.testing.jira.world import scheme

PERMISSIONS = {
    "BROWSE_PROJECTS": ("PROJECT", "Browse Projects"),
    "EDIT_ISSUES": ("PROJECT", "Edit Issues"),
    "CREATE_ISSUES": ("PROJECT", "Create Issues"),
    "DELETE_ISSUES": ("PROJECT", "Delete Issues"),
    "TRANSITION_ISSUES": ("PROJECT", "Transition Issues"),
    "WORK_ON_ISSUES": ("PROJECT", "Work On Issues"),
    "ASSIGN_ISSUES": ("PROJECT", "Assign Issues"),
    "SCHEDULE_ISSUES": ("PROJECT", "Schedule Issues"),
    "SET_ISSUE_SECURITY": ("PROJECT", "Set Issue Security"),
    "EDIT_ALL_WORKLOGS": ("PROJECT", "Edit All Worklogs"),
    "DELETE_ALL_WORKLOGS": ("PROJECT", "Delete All Worklogs"),
    "EDIT_OWN_WORKLOGS": ("PROJECT", "Edit Own Worklogs"),
    "ADMINISTER_PROJECTS": ("PROJECT", "Administer Projects"),
    "ADMINISTER": ("GLOBAL", "Administer Jira"),
    "USER_PICKER": ("GLOBAL", "Browse Users"),
    "BULK_CHANGE": ("GLOBAL", "Make Bulk Changes"),
}


def server_info(ask: Asking) -> Json:
    """Answer `serverInfo`."""
    cloud = ask.state.cloud
    version = "1001.0.0-SNAPSHOT" if cloud else "9.12.8"
    told: Json = {
        "baseUrl": ask.state.site,
        "version": version,
        "versionNumbers": [1001, 0, 0] if cloud else [9, 12, 8],
        "deploymentType": "Cloud" if cloud else "Server",
        "buildNumber": 100_250 if cloud else 9_120_008,
        "buildDate": "2026-10-01T00:00:00.000+0000",
        "serverTime": ask.things.times.text(ask.world.now()),
        "scmInfo": ask.things.site_id().replace("-", ""),
        "serverTitle": "Nordhaus" if cloud else "Nordhaus Jira",
    }
    return {**told, "serverTimeZone": "Europe/Berlin"} if cloud else told


def myself(ask: Asking) -> Json:
    """Answer `myself`."""
    user = ask.known()
    told = ask.things.user_of(user)
    return {**told, "emailAddress": user.email, "timeZone": user.zone, "locale": "en_GB"}


def my_permissions(ask: Asking) -> Json:
    """Answer `mypermissions`; Cloud demands that they are named.

    Source: Atlassian, "Get my permissions": since 2019 `permissions` is required.
    """
    asked = [part for one in ask.queries("permissions") for part in one.split(",") if part]
    if ask.state.cloud and not asked:
        raise Refusal(400, "The 'permissions' query parameter is required.")
    unknown = [name for name in asked if name not in PERMISSIONS]
    if unknown:
        raise Refusal(400, f"Unrecognized permission: {unknown[0]}")
    place = _place(ask)
    told = {}
    for number, (key, (kind, name)) in enumerate(PERMISSIONS.items()):
        if asked and key not in asked:
            continue
        has = ask.may(key) and (kind == "GLOBAL" or place is None or ask.sees_project(place))
        told[key] = {
            "id": str(number + 10),
            "key": key,
            "name": name,
            "type": kind,
            "description": name,
            "havePermission": has,
        }
    return {"permissions": told}


def _place(ask: Asking) -> int | None:
    named = ask.query("projectKey") or ask.query("projectId")
    if named:
        return ask.project(named).place
    issue = ask.query("issueKey") or ask.query("issueId")
    return ask.issue(issue).project if issue else None


def permissions(_ask: Asking) -> Json:
    """Answer `permissions`."""
    return {
        "permissions": {
            key: {"key": key, "name": name, "type": kind, "description": name}
            for key, (kind, name) in PERMISSIONS.items()
        }
    }


def fields(ask: Asking) -> Any:
    """Answer `field`."""
    return field_list(cloud=ask.state.cloud)


def statuses(ask: Asking) -> Any:
    """Answer `status`."""
    return [ask.things.status(identity) for identity in scheme.STATUSES]


def statuses_search(ask: Asking) -> Json:
    """Answer Cloud's `statuses/search`."""
    ask.known()
    start, most = ask.page(200, 200)
    words = {"new": "TODO", "indeterminate": "IN_PROGRESS", "done": "DONE"}
    told = [
        {
            "id": one.id,
            "name": one.name,
            "statusCategory": words[one.category],
            "scope": {"type": "GLOBAL"},
            "description": "",
        }
        for one in scheme.STATUSES.values()
    ]
    return paged(ask, told, start, most)


def paged(ask: Asking, every: list[Any], start: int, most: int) -> Json:
    """Give a page of a list, in the form that Cloud calls a page bean."""
    last = start + most >= len(every)
    told: Json = {"self": str(ask.request.url), "maxResults": most, "startAt": start, "total": len(every)}
    if not last:
        told["nextPage"] = str(ask.request.url.include_query_params(startAt=start + most))
    return {**told, "isLast": last, "values": every[start : start + most]}


def resolutions(ask: Asking) -> Any:
    """Answer `resolution`."""
    return [ask.things.resolution(identity) for identity in scheme.RESOLUTIONS]


def priorities(ask: Asking) -> Any:
    """Answer `priority`."""
    return [ask.things.priority(identity) for identity in scheme.PRIORITIES]


def issue_types(ask: Asking) -> Any:
    """Answer `issuetype`."""
    return [ask.things.type(identity) for identity in scheme.TYPES]


def link_types(ask: Asking) -> Json:
    """Answer `issueLinkType`."""
    return {"issueLinkTypes": [ask.things.link_type(identity) for identity in scheme.LINKS]}


def users(ask: Asking) -> Any:
    """Answer Cloud's `users/search`: people and apps, active or not."""
    if not ask.may("USER_PICKER"):
        raise Refusal(403, "You are not authorized to perform this operation. Administrator privileges are required.")
    start, most = ask.page(50, 1000)
    return [ask.things.person(user.id) for user in ask.world.people[start : start + most]]


def users_of_cloud(ask: Asking) -> Any:
    """Answer Cloud's `user/search`: active people by the beginning of a name, or by an e-mail that they show."""
    sought = ask.query("query").casefold()
    if not sought:
        raise Refusal(400, "At least one of query, accountId, property or username must be given.")
    start, most = ask.page(50, 1000)
    found = [
        one
        for one in ask.world.people
        if one.active
        and (
            any(part.startswith(sought) for part in (one.display_name.casefold(), *one.display_name.casefold().split()))
            or (not one.hidden and one.email.startswith(sought))
        )
    ]
    return [ask.things.person(one.id) for one in found[start : start + most]]


def users_by_id(ask: Asking) -> Json:
    """Answer Cloud's `user/bulk`: those of the account ids that exist."""
    ask.known()
    asked = ask.queries("accountId")
    if not asked:
        raise Refusal(400, "The accountId query parameter needs to be provided.")
    start, most = ask.page(10, 200)
    found = [ask.things.person(one.id) for name in dict.fromkeys(asked) if (one := ask.world.user(name)) is not None]
    return paged(ask, found, start, most)


def user(ask: Asking) -> Any:
    """Answer `user`."""
    ask.known()
    name = ask.query("accountId") if ask.state.cloud else ask.query("username") or ask.query("key")
    found = ask.world.user(name) if name else None
    if found is None:
        raise Refusal(404, "Specified user does not exist or you do not have required permissions")
    return ask.things.person(found.id)


def users_of_server(ask: Asking) -> Any:
    """Answer Data Center's `user/search`: by a part of the name, `.` and `%` for everybody."""
    ask.known()
    sought = ask.query("username")
    if not sought:
        raise Refusal(400, errors={"username": "The username query parameter was not provided"})
    start, most = ask.page(50, 1000)
    inactive = ask.flag("includeInactive", default=False)
    part = "" if sought in {".", "%", '""'} else sought.casefold()
    found = [
        one
        for one in ask.world.people
        if (one.active or inactive) and (part in one.name or part in one.display_name.casefold() or part in one.email)
    ]
    return [ask.things.person(one.id) for one in found[start : start + most]]

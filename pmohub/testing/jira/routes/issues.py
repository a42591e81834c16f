"""Single issues: read, and later created, edited, transitioned and deleted."""

from typing import Any

from pmohub.testing.jira.answers.issues import Json, wanted
from pmohub.testing.jira.answers.meta import edit_meta, names, schemas
from pmohub.testing.jira.routes.asking import Asking


def one(ask: Asking) -> Json:
    """Answer `GET issue/{issueIdOrKey}`: all fields, unless others are named."""
    issue = ask.issue(ask.path("issue"))
    chosen = wanted(ask.queries("fields"), "*all") or ()
    told = ask.issues.whole(issue, chosen)
    expand = [part for one in ask.queries("expand") for part in one.split(",")]
    more: dict[str, Any] = {}
    if "changelog" in expand:
        more["changelog"] = ask.issues.expanded_changelog(issue)
    if "names" in expand:
        more["names"] = names(chosen)
    if "schema" in expand:
        more["schema"] = schemas(chosen)
    if "editmeta" in expand:
        more["editmeta"] = {"fields": edit_meta(ask.things, issue.project)}
    return {**told, **more}


def meta(ask: Asking) -> Json:
    """Answer `issue/{issueIdOrKey}/editmeta`: empty where the account may not edit."""
    issue = ask.issue(ask.path("issue"))
    archived = ask.world.projects[issue.project].archived
    fields = edit_meta(ask.things, issue.project) if ask.may("EDIT_ISSUES") and not archived else {}
    return {"fields": fields}

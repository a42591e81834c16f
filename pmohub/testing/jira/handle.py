"""Hands at the keyboard for tests: what people and admins do to a running site, over HTTP."""

from typing import Any

import httpx

Json = dict[str, Any]


class Hands:
    """Edits the site at `url`; whoever is not named is its first person."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=f"{url}/_sandbox")

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def person(self, who: str) -> str:
        """Give the address under which the whole API is that person's (name or e-mail), without a login."""
        return f"{self._http.base_url}as/{who}"

    def _ask(self, method: str, path: str, body: Json | None = None) -> Any:
        answer = self._http.request(method, path, json=body)
        if answer.is_error:
            message = f"{method} {path}: {answer.text}"
            raise ValueError(message)
        return answer.json() if answer.content else None

    def edit(self, issue: str, fields: Json, by: str = "Anna Keller") -> None:
        """Edit an issue's fields, in Jira's JSON."""
        self._ask("PUT", f"/as/{by}/issue/{issue}", {"fields": fields})

    def create(self, project: str, type_: str, summary: str, by: str = "Anna Keller", **fields: Any) -> str:
        """Create an issue and give its key."""
        told = {"project": {"key": project}, "issuetype": {"name": type_}, "summary": summary, **fields}
        return str(self._ask("POST", f"/as/{by}/issue", {"fields": told})["key"])

    def delete(self, issue: str) -> None:
        """Delete an issue with its sub-tasks."""
        self._ask("DELETE", f"/as/Anna Keller/issue/{issue}?deleteSubtasks=true")

    def to_status(self, issue: str, status: str, by: str = "Anna Keller", **fields: Any) -> None:
        """Bring an issue to a status, whatever the workflow says."""
        self._ask("POST", "/status", {"issue": issue, "to": status, "fields": fields, "by": by})

    def move(self, issue: str, project: str, by: str = "Anna Keller") -> str:
        """Move an issue to another project and give its new key."""
        return str(self._ask("POST", "/move", {"issue": issue, "project": project, "by": by})["key"])

    def link(self, outward: str, inward: str, type_: str = "Blocks", by: str = "Anna Keller") -> None:
        """Link two issues: `outward` blocks `inward`."""
        ends = {"inwardIssue": {"key": outward}, "outwardIssue": {"key": inward}}
        self._ask("POST", f"/as/{by}/issueLink", {"type": {"name": type_}, **ends})

    def log_work(self, issue: str, seconds: int, by: str = "Anna Keller", **told: Any) -> str:
        """Log work and give the worklog's id; `told` as in Jira's JSON, such as `started`."""
        return str(self._ask("POST", f"/as/{by}/issue/{issue}/worklog", {"timeSpentSeconds": seconds, **told})["id"])

    def change_work(self, issue: str, worklog: str, by: str = "Anna Keller", **told: Any) -> None:
        """Change a worklog."""
        self._ask("PUT", f"/as/{by}/issue/{issue}/worklog/{worklog}", told)

    def delete_work(self, worklog: str) -> None:
        """Delete a worklog without a word on its issue."""
        self._ask("POST", "/worklog/delete", {"id": worklog})

    def hide(self, *, project: str | None = None, issue: str | None = None, hidden: bool = True) -> None:
        """Hide a project or an issue from every account, or show it again."""
        what = {"project": project} if project else {"issue": issue}
        self._ask("POST", "/hide", {**what, "hidden": hidden})

    def project(self, project: str, **told: Any) -> None:
        """Change a project's `key`, `name`, `lead` or `archived`."""
        self._ask("POST", "/project", {"project": project, **told})

    def forbid(self, *permissions: str) -> None:
        """Take these permissions, and no others, from every account."""
        self._ask("POST", "/permissions", {"permissions": list(permissions)})

    def refuse_logins(self, *, refused: bool = True) -> None:
        """Refuse every token from now on, or take them again."""
        self._ask("POST", "/login", {"refused": refused})

    def clock(self, **told: Any) -> str:
        """Set the clock (`now`), let `seconds` pass, stop it (`stopped`); give what it shows."""
        return str(self._ask("POST", "/clock", told)["now"])

    def lag(self, seconds: float) -> None:
        """Let the search learn of an edit only after so many seconds."""
        self._ask("POST", "/lag", {"seconds": seconds})

    def forget_pages(self) -> None:
        """Let every token for a next page expire."""
        self._ask("POST", "/pages/forget")

    def mails(self) -> list[Json]:
        """List the notifications that watchers got."""
        found: list[Json] = self._ask("GET", "/mails")
        return found

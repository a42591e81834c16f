"""What of a request the limits look at."""

import re
from dataclasses import dataclass

_VARIABLE = re.compile(r"[A-Za-z][A-Za-z0-9_]*-\d+|[0-9a-f]{24}|\d+|customfield_\d+")
_ISSUE = re.compile(r"/rest/api/(?:2|3|latest)/issue/([A-Za-z][A-Za-z0-9_]*-\d+|\d+)(?:/|$)")
_PERSONS = re.compile(
    r"/rest/api/(?:2|3|latest)/(?:user|users|group|groups|myself|mypermissions|permissions|role)\b|/role/"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: method, path, whose it is, and whether an OAuth 2.0 app sends it (in Cloud, with a bearer's token)."""

    method: str
    path: str
    account: str
    is_app: bool

    @property
    def endpoint(self) -> str:
        """Name the endpoint: the path without ids, the method before it."""
        root, *rest = self.path.rstrip("/").split("/rest/")
        parts = "/".join(rest).split("/")
        named = [part if place < 2 or not _VARIABLE.fullmatch(part) else "{}" for place, part in enumerate(parts)]
        return f"{self.method} {root}/rest/{'/'.join(named)}"

    @property
    def written_issue(self) -> str | None:
        """Give the id or key of the issue that the request would change."""
        found = _ISSUE.match(self.path) if self.method in {"POST", "PUT", "DELETE", "PATCH"} else None
        return found[1].upper() if found else None

    @property
    def reads_persons(self) -> bool:
        """Say whether what is read are accounts, groups, roles or permissions, which cost more."""
        return bool(_PERSONS.search(self.path))

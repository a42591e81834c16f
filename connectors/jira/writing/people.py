"""The user that a text means, as Jira wants users to be named in an edit."""

from connectors.http import CallError
from connectors.jira.client.api import JSON
from connectors.jira.config import Flavour
from connectors.jira.opening import Opened
from connectors.mapping.reading import fold
from connectors.writing.refusal import RefusedError

SCHEMES = ("email:", "name:", "key:")


class UserFinder:
    """Finds users by id, e-mail or display name; a name that two bear means neither."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._known: dict[str, JSON] = {}

    def __call__(self, text: str) -> JSON:
        """Give what names the user in an edit: accountId on Cloud, name on Data Center.

        Raises:
            RefusedError: nobody is meant, or more than one.
            ToolError: Jira is down, or does not accept the credential.
        """
        if text not in self._known:
            self._known[text] = self._found(text)
        return self._known[text]

    def _found(self, text: str) -> JSON:
        cloud = self._opened.flavour is Flavour.CLOUD
        if text.startswith("id:"):
            identifier = text.removeprefix("id:")
            return {"accountId": identifier} if cloud else {"name": self._name_of(identifier)}
        wanted = next((text.removeprefix(scheme) for scheme in SCHEMES if text.startswith(scheme)), text)
        params = {"query" if cloud else "username": wanted, "maxResults": 50}
        users = self._opened.connection.get(self._opened.client.api("user/search"), params)
        fitting = [user for user in users if isinstance(user, dict) and _fits(user, wanted)]
        active = [user for user in fitting if user.get("active") is not False]
        if len(active) != 1:
            found = "no active user" if not active else f"{len(active)} users"
            message = f"{found} in Jira is called {wanted}" if not active else f"{found} in Jira are called {wanted}"
            raise RefusedError(message)
        return {"accountId": active[0]["accountId"]} if cloud else {"name": active[0]["name"]}

    def _name_of(self, key: str) -> str:
        try:
            return str(self._opened.connection.get(self._opened.client.api("user"), {"key": key})["name"])
        except CallError as error:
            if error.status not in (400, 404):
                raise
            message = f"there is no user {key} in Jira"
            raise RefusedError(message) from None


def _fits(user: JSON, wanted: str) -> bool:
    names = (user.get(name) for name in ("displayName", "emailAddress", "name", "accountId"))
    return fold(wanted) in {fold(name) for name in names if isinstance(name, str)}

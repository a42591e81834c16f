"""The user that a text means."""

from connectors.asana.client.api import Client
from connectors.http import CallError
from connectors.mapping.reading import JSON, fold
from connectors.writing.refusal import RefusedError

SCHEMES = ("email:", "name:")


class UserFinder:
    """Finds users of one workspace by gid, e-mail or name; a name that two bear means neither."""

    def __init__(self, client: Client, workspace: str) -> None:
        self._client = client
        self._workspace = workspace
        self._known: dict[str, str] = {}
        self._everybody: list[JSON] | None = None

    def __call__(self, text: str) -> str:
        """Give the gid of a user.

        Raises:
            RefusedError: nobody is meant, or more than one.
            ToolError: Asana is down, or does not accept the credential.
        """
        if text not in self._known:
            self._known[text] = self._found(text)
        return self._known[text]

    def _found(self, text: str) -> str:
        if text.startswith("id:"):
            return text.removeprefix("id:")
        wanted = next((text.removeprefix(scheme) for scheme in SCHEMES if text.startswith(scheme)), text)
        if wanted.isdecimal():
            return wanted
        if "@" in wanted:
            return self._by_address(wanted)
        named = [user for user in self._all() if fold(str(user.get("name") or "")) == fold(wanted)]
        if len(named) == 1:
            return str(named[0]["gid"])
        found = f"{len(named)} users" if named else "no user"
        message = f"{found} in Asana {'are' if named else 'is'} called {wanted}"
        raise RefusedError(message)

    def _by_address(self, address: str) -> str:
        try:
            user = self._client.user(address)
        except CallError as error:
            if error.status != 400:
                raise
            user = None
        if user is None:
            message = f"nobody with the address {address} is to be seen in Asana"
            raise RefusedError(message)
        return str(user["gid"])

    def _all(self) -> list[JSON]:
        if self._everybody is None:
            pages = self._client.users(self._workspace, ("name",))
            self._everybody = [user for page in pages for user in page]
        return self._everybody

"""What a session may ask: methods and paths, with all else refused before it leaves."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote

from canonical.problems import Problem, ToolError


@dataclass(frozen=True)
class Rule:
    """One method and one path below the site's address; `{}` stands for one part of it: `/rest/api/3/issue/{}`.

    `repeatable`: asking twice does no more than asking once, so that it may be sent again when no answer came. A
    reading by POST is; a write that adds something is not.
    """

    method: str
    path: str
    repeatable: bool = True

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("[^/]+".join(map(re.escape, self.path.split("{}"))))

    @property
    def endpoint(self) -> str:
        """Name the endpoint as limits count it: its method and path, whatever it is asked about."""
        return f"{self.method} {self.path}"

    def allows(self, method: str, path: str) -> bool:
        """Say whether this is what the rule means."""
        return method == self.method and self._pattern.fullmatch(path) is not None


def rule_for(rules: Sequence[Rule], method: str, path: str) -> Rule:
    """Find the rule that allows a call.

    Raises:
        ToolError: none does, or the path could be read as another one.
    """
    plain = unquote(path)
    tricky = ".." in plain.split("/") or "//" in plain or "\\" in plain or plain.count("/") != path.count("/")
    for rule in () if tricky else rules:
        if rule.allows(method, path):
            return rule
    raise ToolError(
        Problem(
            "The connector asked for something that it may not ask for.",
            f"{method} {path}",
            "Nothing was sent.",
            "Report it: a connector names all that it asks for.",
        )
    )

"""What Jira says of a query that it does not take: its own words, as they are met in public reports of users.

Two forms. A query that cannot be read names the place; a query that can be read but not answered lists everything wrong
with it. Atlassian documents neither; the wordings are those that users quote, down to "the JQL Query" and "JQL Query".
"""

from collections.abc import Sequence

OPERATOR_NAMES = "'=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'"
DATE_FORMATS = (
    "'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'"
)
UNBOUNDED = "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."


class JqlError(ValueError):
    """Jira refuses the query (status 400). `messages` are its words; `readable` says that only its meaning is wrong."""

    def __init__(self, messages: Sequence[str], *, readable: bool = False) -> None:
        super().__init__("; ".join(messages))
        self.messages = tuple(messages)
        self.readable = readable

    def answer(self, *, cloud: bool) -> dict[str, object]:
        """Give the body of the answer: Cloud lists warnings beside errors of meaning, everything else has `errors`."""
        beside: tuple[str, object] = ("warningMessages", []) if cloud and self.readable else ("errors", {})
        return {"errorMessages": list(self.messages), beside[0]: beside[1]}


def unreadable(text: str, line: int | None = None, column: int | None = None, *, article: bool = True) -> JqlError:
    """Make the error of a query that cannot be read, at a line and column from 1 on, where there is a place."""
    where = "" if line is None else f" (line {line}, character {column})"
    return JqlError([f"Error in {'the ' if article else ''}JQL Query: {text}{where}"])

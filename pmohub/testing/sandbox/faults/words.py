"""In which words a tool, or what stands before it, refuses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.types import Scope

from pmohub.testing.sandbox.exchange import Answer
from pmohub.testing.sandbox.faults.plan import Fault, Kind

HTML = {"Content-Type": "text/html;charset=UTF-8"}
GATEWAY = {
    Kind.BAD_GATEWAY: Answer(
        502,
        HTML,
        b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>"
        b"\r\n</body>\r\n</html>\r\n",
    ),
    Kind.UNAVAILABLE: Answer(503, HTML, b"<html><body>Service temporarily unavailable</body></html>"),
}
"""What gateways answer, whatever is behind them."""
LOGIN_PAGE = Answer(
    200, HTML, b"<!DOCTYPE html>\n<html><head><title>Log in</title></head><body><form>Log in</form></body></html>\n"
)


@dataclass(frozen=True, slots=True)
class Words:
    """What one tool answers instead of the good answer, by kind of fault.

    `login_path` is where its page for people is. `same_page` makes a page lead to itself: it is given the request, its
    body and the good answer.
    """

    answers: Mapping[Kind, Answer]
    login_path: str
    same_page: Callable[[Scope, bytes, Answer], Answer]

    def instead(self, fault: Fault) -> Answer | None:
        """Give what is answered instead of the good answer; None where that one goes out."""
        answer = self.answers.get(fault.kind)
        if answer is None or fault.retry_after is None or fault.kind not in {Kind.TOO_MANY, Kind.UNAVAILABLE}:
            return answer
        return answer.with_headers({"Retry-After": str(fault.retry_after)})

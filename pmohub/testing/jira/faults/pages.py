"""What stands in the way of a Jira answers with: pages for people, and bodies that tell nothing."""

from pmohub.testing.jira.exchange import Answer
from pmohub.testing.jira.faults.plan import Fault, Kind

LOGIN_PATH = "/login.jsp"
_HTML = {"Content-Type": "text/html;charset=UTF-8"}
_JSON = {"Content-Type": "application/json;charset=UTF-8"}
LOGIN_PAGE = Answer(
    200, _HTML, b"<!DOCTYPE html>\n<html><head><title>Log in</title></head><body><form>Log in</form></body></html>\n"
)
_GATEWAY = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n"
    b"</body>\r\n</html>\r\n"
)
_INSTEAD = {
    Kind.TOO_MANY: Answer(429, _JSON, b'{"errorMessages":["Rate limit exceeded."],"errors":{}}'),
    Kind.INTERNAL: Answer(500, _JSON, b'{"errorMessages":["Internal server error"],"errors":{}}'),
    Kind.BAD_GATEWAY: Answer(502, _HTML, _GATEWAY),
    Kind.UNAVAILABLE: Answer(503, _HTML, b"<html><body>Service temporarily unavailable</body></html>"),
    Kind.LOGIN_PAGE: Answer(302, {**_HTML, "Location": f"{LOGIN_PATH}?permissionViolation=true"}),
    Kind.UNAUTHORISED: Answer(
        401, {"Content-Type": "text/plain"}, b"Client must be authenticated to access this resource."
    ),
    Kind.EMPTY: Answer(200, _JSON),
}


def instead(fault: Fault) -> Answer | None:
    """Give what is answered instead of the good answer; None where that one goes out."""
    answer = _INSTEAD.get(fault.kind)
    if answer is None or fault.retry_after is None or fault.kind not in {Kind.TOO_MANY, Kind.UNAVAILABLE}:
        return answer
    return answer.with_headers({"Retry-After": str(fault.retry_after)})

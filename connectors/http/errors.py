"""What went wrong with a call, as one named error with the tool's own words, cut short and made harmless."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import orjson

from canonical.discretion import harmless
from canonical.problems import Problem, ToolError
from connectors.http.headers import Advice
from connectors.http.site import Site

LONGEST_WORDS = 300
LARGEST_COMPLAINT = 256 * 1024
PASSING = frozenset({429, 502, 503, 504})
"""Statuses that pass by themselves: a limit, or the tool (or what stands before it) is away for the moment."""
UNREAD = "What could not be read stays as it was."
LATER = "Try again later; if it stays so, ask who runs {tool}."


@dataclass(frozen=True, slots=True)
class Passing:
    """Why a call may go well next time: words for the waiting, the answer's advice, and whether a limit refused it."""

    reason: str
    advice: Advice = field(default_factory=Advice)
    limited: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A tool's own words about what it refused: general ones, and those about one field by its name."""

    words: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return _short("; ".join((*self.words, *(f"{name}: {words}" for name, words in self.fields.items()))))


class CallError(ToolError):
    """A call that brought nothing.

    `status` is None where no answer came. `told` are the tool's own words, `answer` its JSON where it gave an object.
    `uncertain`: the request may have been carried out all the same, which only a reading can settle. `passing`: it may
    go well next time.
    """

    def __init__(
        self,
        problem: Problem,
        *,
        status: int | None = None,
        told: Told | None = None,
        uncertain: bool = False,
        passing: Passing | None = None,
        answer: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(problem)
        self.status = status
        self.told = told or Told()
        self.answer: Mapping[str, Any] = answer or {}
        self.uncertain = uncertain
        self.passing = passing


def told_by(answer: Mapping[str, Any]) -> Told:
    """Read a tool's words out of the JSON of a refusal: Jira's and Asana's forms, and the plain `message`."""
    words = [*_texts(answer.get("errorMessages")), *_texts(answer.get("message")), *_texts(answer.get("errorMessage"))]
    errors = answer.get("errors")
    if isinstance(errors, list):
        words += [text for each in errors if isinstance(each, dict) for text in _texts(each.get("message"))]
    fields = errors if isinstance(errors, dict) else {}
    return Told(tuple(_short(text) for text in words), {str(name): _short(str(text)) for name, text in fields.items()})


def refused(site: Site, call: str, status: int, headers: Mapping[str, str], body: bytes) -> CallError:
    """Name the error of an answer whose status says that it brought nothing."""
    answer = _object(body)
    told = told_by(answer)
    what, next_step = _meaning(site, status, headers)
    said = str(told).removesuffix(".")
    return CallError(
        Problem(f"{what} ({status}{f': {said}' if said else ''}).", f"{site.where}: {call}", UNREAD, next_step),
        status=status,
        told=told,
        uncertain=status >= 500,
        answer=answer,
    )


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        answer = orjson.loads(body) if len(body) <= LARGEST_COMPLAINT else None
    except orjson.JSONDecodeError:
        answer = None
    return answer if isinstance(answer, dict) else {}


def not_data(site: Site, call: str, status: int, body: bytes, content_type: str) -> CallError:
    """Name the error of an answer that should have held data and holds none that can be read."""
    start = body[:512].lstrip().lower()
    if not start:
        what, next_step = f"{site.tool} gave an empty answer", LATER.format(tool=site.tool)
    elif start.startswith(b"<") or "html" in content_type:
        what = f"{site.tool} answered with a web page instead of data"
        next_step = (
            "It may be a login page or a proxy's: look whether the address is the site's own, whether the "
            "credential is still good, and whether a proxy or single sign-on stands before the API."
        )
    else:
        what, next_step = f"{site.tool} gave an answer that breaks off or is no JSON", LATER.format(tool=site.tool)
    return CallError(Problem(f"{what}.", f"{site.where}: {call}", UNREAD, next_step), status=status, uncertain=True)


def _meaning(site: Site, status: int, headers: Mapping[str, str]) -> tuple[str, str]:
    """Say what a status means, and what to do about it."""
    tool, later = site.tool, LATER.format(tool=site.tool)
    denied = next((value for name, value in headers.items() if name.lower() == "x-authentication-denied-reason"), "")
    if "CAPTCHA" in denied.upper():
        return f"{tool} asks for a CAPTCHA after too many failed logins", (
            "Log in once in a browser with this account, then run the command again."
        )
    if status in range(300, 400):
        return f"{tool} sends us to another address, perhaps to a login page", (
            "Look whether the address in `url` is the site's own, with https and its path, and whether the credential "
            "is still good. The credential was not sent on."
        )
    meanings = {
        400: (f"{tool} does not accept the request", "Run `pmohub check` and look at the fields and filters it names."),
        402: (f"{tool} has this in another plan only", "Ask whoever pays for it there, or leave this out."),
        401: (
            f"{tool} does not accept the credential",
            "Look whether the token is whole; else make a new one, and put it where the configuration says.",
        ),
        403: (f"{tool} does not allow this account to do that", "Ask the administrator there for the permission."),
        404: (f"{tool} does not have this, or does not show it", "Look at the address, and what the account may see."),
        410: (f"{tool} no longer has this call", "Bring pmohub up to date."),
        413: (f"{tool} finds the request too large", later),
        429: (f"{tool} limits how much it may be asked", later),
    }
    if status in meanings:
        return meanings[status]
    kind = "is down or has a fault" if status >= 500 else "answered with an error"
    try:
        name = f", {HTTPStatus(status).phrase.lower()}"
    except ValueError:
        name = ""
    return f"{tool} {kind}{name}", later


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(each) for each in value if each]
    return [str(value)] if isinstance(value, str) and value else []


def _short(text: str) -> str:
    """Give one line without control characters, tags and secrets, of a length that a table bears."""
    line = " ".join(re.sub(r"<[^>]{0,200}>", " ", str(harmless(text))).split())
    line = "".join(letter for letter in line if letter.isprintable())
    return line if len(line) <= LONGEST_WORDS else f"{line[: LONGEST_WORDS - 1]}…"

"""Sending through Apprise, which speaks mail, Slack, Teams and many more. Addresses hold secrets: never shown."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from canonical.problems import Problem, ToolError
from pmohub.notices.digest import Notice


def send(address: str, notice: Notice, *, name: str, where: str, to: str | None = None) -> None:
    """Send a notice to an Apprise address; `to` is the e-mail that a mail address is completed with.

    Raises:
        ToolError: the address is none, or the other side did not take the message.
    """
    from apprise import Apprise, NotifyFormat, NotifyType  # noqa: PLC0415  # a fifth of the time that a run's process takes to start

    apprise = Apprise()
    with _in_silence():
        complete = address if to is None else f"{address}{'&' if '?' in address else '?'}to={quote(to)}"
        if not apprise.add(complete):
            raise ToolError(_problem(f"The address of {name} is none that Apprise knows", where))
        tone = NotifyType(notice.tone.value)
        if not apprise.notify(notice.text, notice.subject, tone, body_format=NotifyFormat.TEXT):
            raise ToolError(_problem(f"A notice to {name} was not taken by the other side", where))


@contextmanager
def _in_silence() -> Iterator[None]:
    """Keep Apprise's own lines out of the log: they may hold the address."""
    log = logging.getLogger("apprise")
    before = log.disabled
    log.disabled = True
    try:
        yield
    finally:
        log.disabled = before


def _problem(what: str, where: str) -> Problem:
    return Problem(
        what=what,
        where=where,
        not_done="Nobody was told; it is tried again after the next run.",
        next_step="See that the secret holds a whole Apprise address, and that the other side can be reached; then:",
        commands=("pmohub notify",),
    )

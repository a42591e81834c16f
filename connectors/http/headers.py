"""What an answer's headers say of limits; pure.

No header is trusted alone: vendors were seen to send none when a quota ran out, a reset that had passed, or one for
another window. So this reads what there is, and the caller waits at least for what its own attempts make sensible.

Sources: https://developer.atlassian.com/cloud/jira/platform/rate-limiting/ (Retry-After, X-RateLimit-*, RateLimit and
RateLimit-Policy, RateLimit-Reason, each also with `Beta-`), https://confluence.atlassian.com/doc/_ratelimiting_httpheaders-992678779.html
(Data Center's X-RateLimit-Interval-Seconds), RFC 9110 10.2.3 (Retry-After: seconds or an HTTP date).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

NEAR = 0.2
"""Below this share of a limit the tool itself says that it is near (X-RateLimit-NearLimit)."""
LONGEST_WINDOW = 3600.0
_PARAMETER = re.compile(r"\b(q|w|r|t|limit|remaining|reset|window)\s*=\s*(\d+)")
_ENTRY = re.compile(r'"([^"]*)"([^,]*)')
_LISTS = ("ratelimit", "ratelimit-policy")
_NAMES = {"limit": "q", "window": "w", "remaining": "r", "reset": "t"}


@dataclass(frozen=True, slots=True)
class Advice:
    """Seconds to wait (None: not said), the least share of any limit that is left, and seconds until it fills again.

    `reason` names the limit in words. `one_endpoint`: only requests to the same endpoint are meant.
    """

    wait: float | None = None
    spare: float | None = None
    refill: float | None = None
    left: int | None = None
    reason: str = ""
    one_endpoint: bool = False


def server_time(headers: Mapping[str, str]) -> datetime | None:
    """Give the moment that the answer's Date header names, aware, in whole seconds; None where there is none."""
    return _http_date(_plain(headers).get("date", ""))


def read_advice(headers: Mapping[str, str]) -> Advice:
    """Read what the headers of any answer say of limits."""
    named = _plain(headers)
    now = _http_date(named.get("date", ""))
    share, refill, left = _least(named, now)
    if named.get("x-ratelimit-nearlimit", "").strip().lower() == "true":
        share = NEAR / 2 if share is None else min(share, NEAR / 2)
    said = named.get("ratelimit-reason", named.get("x-ratelimit-reason", "")).strip().lower()
    asked = _retry_after(named.get("retry-after", ""), now)
    wait = asked or (refill if left == 0 else _reset(named.get("x-ratelimit-reset", ""), now))
    return Advice(wait or None, share, refill, left, _in_words(said), "burst" in said or "per-issue" in said)


def _plain(headers: Mapping[str, str]) -> dict[str, str]:
    """Give the headers by name without the mark of a trial; what the plain name says goes before."""
    named = {name.lower(): value for name, value in headers.items()}
    plain = {name.replace("beta-", ""): value for name, value in named.items() if "beta-" in name}
    for name, value in named.items():
        if "beta-" not in name:
            both = name in _LISTS and name in plain
            plain[name] = f"{plain[name]},{value}" if both else value
    return plain


def _in_words(said: str) -> str:
    if "quota" in said:
        return "its hourly quota"
    if "per-issue" in said:
        return "its limit of writes to one issue"
    return "its limit of requests in a second" if "burst" in said else "its rate limit"


def _least(named: Mapping[str, str], now: datetime | None) -> tuple[float | None, float | None, int | None]:
    """Give the lowest share of a limit that is left, with the seconds until it fills and how many are left."""
    found: list[tuple[float, float | None, int]] = []
    left, limit = _whole(named.get("x-ratelimit-remaining", "")), _whole(named.get("x-ratelimit-limit", ""))
    if left is not None and limit:
        every = _whole(named.get("x-ratelimit-interval-seconds", ""))
        refill = float(every) if every else _reset(named.get("x-ratelimit-reset", ""), now)
        found.append((left / limit, refill, left))
    policies = _entries(named.get("ratelimit-policy", ""))
    for name, state in _entries(named.get("ratelimit", "")).items():
        if "r" in state:
            quota = policies.get(name, {}).get("q") or state.get("q")
            share = state["r"] / quota if quota else (0.0 if state["r"] == 0 else 1.0)
            found.append((share, _sensible(float(state["t"])) if "t" in state else None, state["r"]))
    return min(found, key=lambda each: each[0]) if found else (None, None, None)


def _entries(text: str) -> dict[str, dict[str, int]]:
    """Read a structured header's entries by the name of their policy; an older form has one, without a name."""
    return {
        name: {_NAMES.get(key, key): int(value) for key, value in _PARAMETER.findall(parameters)}
        for name, parameters in _ENTRY.findall(text) or [("", text)]
    }


def _retry_after(text: str, now: datetime | None) -> float | None:
    seconds = _whole(text)
    if seconds is not None:
        return _sensible(float(seconds))
    until = _http_date(text)
    return None if until is None or now is None else _sensible((until - now).total_seconds())


def _reset(text: str, now: datetime | None) -> float | None:
    """Read a reset: an ISO moment, seconds or milliseconds since 1970, or seconds from now."""
    number = _whole(text)
    if number is not None and number < 10**9:
        return _sensible(float(number))
    if now is None or not text:
        return None
    try:
        until = datetime.fromisoformat(text) if number is None else datetime.fromtimestamp(_seconds(number), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return _sensible((until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds())


def _seconds(number: int) -> float:
    return number / 1000 if number > 10**11 else float(number)


def _sensible(seconds: float) -> float | None:
    """A moment that has passed says nothing; none is believed beyond the longest window of any vendor."""
    return min(seconds, LONGEST_WINDOW) if seconds > 0 else None


def _whole(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC)

"""A session with a tool: what it may ask is fixed when it is made, and all that it sends passes the gate."""

import random
import time
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, Self
from urllib.parse import urlsplit

import httpx
import orjson
import requests
from tenacity import RetryCallState, Retrying, retry_if_exception

from canonical.discretion import keep_out
from canonical.problems import ConfigurationError, Problem
from connectors.base import Traffic
from connectors.http import errors
from connectors.http.adapter import GateAdapter
from connectors.http.errors import PASSING, CallError, Passing
from connectors.http.fetching import fetch
from connectors.http.gate import OutOfPatienceError, gate_of
from connectors.http.headers import read_advice
from connectors.http.meter import Meter
from connectors.http.pace import pause
from connectors.http.rules import Rule, rule_for
from connectors.http.site import Site, origin_of

MOST_ATTEMPTS = 6
"""For a tool that is away: half a minute of tries. A limit is waited for as long as the run's patience lasts."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back of a call that went well: status below 300, headers by any case, the body unpacked."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    call: str


@dataclass(slots=True)
class _Attempt:
    """A call on its way through its tries."""

    rule: Rule
    request: httpx.Request
    call: str
    round: int
    began: float = 0.0


class Session:
    """Sends what its rules allow, and nothing else, for one run.

    `look` is shown every answer that went well; it raises a `CallError` where the tool's own way of saying no is a yes
    to HTTP, such as answering as nobody. `renew` gives the authorization as it is now: a credential that ends in
    mid-run may have been replaced where it is kept.
    """

    def __init__(
        self,
        site: Site,
        rules: Sequence[Rule],
        look: Callable[[Answer], None] | None = None,
        renew: Callable[[], str] | None = None,
    ) -> None:
        self._site, self._rules, self._look, self._renew = site, tuple(rules), look, renew
        self._renewing = Lock()
        self._gate = gate_of(site)
        self._meter = Meter(time.monotonic)
        self._round = 0
        self.stopping: Callable[[], bool] = lambda: False
        """Whether somebody asked to stop: then nobody waits for the tool any more."""
        headers = {"Accept": "application/json", "User-Agent": "pmohub"}
        if site.authorization:
            headers["Authorization"] = site.authorization
        try:
            self._client = httpx.Client(
                headers=headers,
                verify=site.trust(),
                proxy=site.proxy,
                timeout=httpx.Timeout(site.answering, connect=site.connecting, pool=None),
                limits=httpx.Limits(max_connections=site.at_once, max_keepalive_connections=site.at_once),
            )
        except ValueError:
            raise ConfigurationError(
                Problem(
                    "The proxy's address cannot be used.",
                    f"{site.where}: proxy",
                    "Nothing was asked of the tool.",
                    "Write it as http://proxy.example.com:3128.",
                )
            ) from None

        # Readers are not told when they are done with; sockets are not left to the garbage collector.
        weakref.finalize(self, self._client.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Session({self._site.base!r})"

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def traffic(self) -> Traffic:
        """Say what this session has cost so far."""
        return self._meter.traffic()

    def keep_within(self, at_once: int) -> None:
        """Let no more requests be under way from now on, if that is fewer than before."""
        self._gate.keep_within(at_once)

    def carry(self, session: requests.Session) -> None:
        """Let all that a library's own session asks for pass the gate; its retries never see what failed."""
        adapter = GateAdapter(self)
        session.adapters.clear()
        session.mount("http://", adapter)
        session.mount("https://", adapter)

    @contextmanager
    def threads(self) -> Iterator[ThreadPoolExecutor]:
        """Give threads for as many calls as may be under way.

        Once the block ends, however it does, no call that began before waits for the tool any more: whoever ends a run
        would wait along, for as long as its patience lasts.
        """
        with ThreadPoolExecutor(self._site.at_once) as pool:
            try:
                yield pool
            finally:
                self._round += 1
                pool.shutdown(wait=False, cancel_futures=True)

    def json(self, method: str, path: str, *, params: Mapping[str, Any] | None = None, body: Any = None) -> Any:
        """Ask for data, and give what the answer's JSON says.

        Raises:
            CallError: the tool refused, is away, or gave something else than data.
        """
        return self.data(self.call(method, path, params=params, body=body))

    def data(self, answer: Answer) -> Any:
        """Read the JSON of an answer.

        Raises:
            CallError: it is none.
        """
        try:
            return orjson.loads(answer.body)
        except orjson.JSONDecodeError:
            content_type = answer.headers.get("content-type", "")
            raise errors.not_data(self._site, answer.call, answer.status, answer.body, content_type) from None

    def call(self, method: str, path: str, *, params: Mapping[str, Any] | None = None, body: Any = None) -> Answer:
        """Send one call, path below the site's address, and give its answer; again where that is safe and may help.

        Raises:
            ToolError: no rule allows it.
            CallError: the tool refused, is away, or limits for longer than this run may wait.
        """
        content = None if body is None else orjson.dumps(body)
        headers = {} if body is None else {"Content-Type": "application/json"}
        return self.send(method, f"{self._site.base}{path}", params=params, content=content, headers=headers)

    def send(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request of whichever library; raises as `call` does."""
        request = self._client.build_request(method, url, params=params, content=content, headers=headers)
        rule = rule_for(self._rules, method, self._path(request.url))
        attempt = _Attempt(rule, request, f"{method} {self._site.base}{self._path(request.url)}", self._round)
        try:
            return self._tried(attempt)
        except CallError as error:
            if error.status != 401 or not self._renewed(request.headers.get("Authorization", "")):
                raise
        request.headers["Authorization"] = self._client.headers["Authorization"]
        return self._tried(attempt)

    def _renewed(self, used: str) -> bool:
        """Say whether there is another authorization than the one that was refused."""
        with self._renewing:
            if self._client.headers.get("Authorization", "") != used:
                return True
            fresh = used if self._renew is None else self._renew()
            if fresh == used:
                return False
            keep_out(fresh)
            self._client.headers["Authorization"] = fresh
            return True

    def _tried(self, attempt: _Attempt) -> Answer:
        retrying = Retrying(
            retry=retry_if_exception(lambda error: isinstance(error, CallError) and _may_repeat(attempt.rule, error)),
            wait=lambda state: self._pause(attempt, state),
            stop=lambda state: self._has_enough(attempt, state),
            sleep=_at_the_gate,
            reraise=True,
        )
        return retrying(self._once, attempt)

    def _once(self, attempt: _Attempt) -> Answer:
        site, endpoint = self._site, attempt.rule.endpoint
        try:
            with self._gate.passing(endpoint, self._meter, lambda: self._patience(attempt)) as attempt.began:
                self._meter.request()
                response, body = fetch(self._client, site, attempt.request, attempt.call)
        except OutOfPatienceError as limit:
            raise self._enough(attempt, str(limit)) from None
        advice = read_advice(response.headers)
        if response.status_code < 300:
            self._gate.answered(endpoint, attempt.began, advice)
            answer = Answer(response.status_code, response.headers, body, attempt.call)
            if self._look is not None:
                self._look(answer)
            return answer
        error = errors.refused(site, attempt.call, response.status_code, response.headers, body)
        if response.status_code in PASSING:
            limited = response.status_code == 429
            error.passing = Passing(advice.reason if limited else f"{site.tool} was away", advice, limited)
        else:
            self._gate.answered(endpoint, attempt.began, advice)
        raise error

    def _pause(self, attempt: _Attempt, state: RetryCallState) -> float:
        """Close the gate for as long as makes sense after a failure; the next try waits there with all others."""
        passing = _passing(state)
        seconds = pause(state.attempt_number, passing.advice.wait, random.random)
        advice = replace(passing.advice, reason=passing.reason)
        self._gate.refused(attempt.rule.endpoint, attempt.began, seconds, advice)
        return seconds

    def _patience(self, attempt: _Attempt) -> float:
        return self._site.patience if attempt.round == self._round and not self.stopping() else 0.0

    def _has_enough(self, attempt: _Attempt, state: RetryCallState) -> bool:
        waited = self._meter.waited_for_tool(self._gate.own_limit)
        too_often = state.attempt_number >= MOST_ATTEMPTS and not _passing(state).limited
        return too_often or waited + state.upcoming_sleep > self._patience(attempt)

    def _enough(self, attempt: _Attempt, why: str) -> CallError:
        minutes = max(1, round(self._site.patience / 60))
        return CallError(
            Problem(
                f"{self._site.tool} makes us wait for longer than one run may ({why}).",
                f"{self._site.where}: {attempt.call}",
                "What was read before is kept; the rest was not read.",
                f"The next run goes on from there; one run waits {minutes} minutes at most.",
            )
        )

    def _path(self, url: httpx.URL) -> str:
        """Give the path below the site's address as it will be sent; of another place, one that no rule has."""
        path, _, _ = url.raw_path.decode("ascii").partition("?")
        base = urlsplit(self._site.base).path
        here = origin_of(str(url)) == self._site.origin and path.startswith(f"{base}/")
        return path.removeprefix(base) if here else f"//{url.host}{path}"


def _passing(state: RetryCallState) -> Passing:
    error = state.outcome.exception() if state.outcome else None
    return error.passing if isinstance(error, CallError) and error.passing else Passing("")


def _may_repeat(rule: Rule, error: CallError) -> bool:
    """What may have been carried out is sent again only if that does no more than once."""
    return error.passing is not None and (rule.repeatable or not error.uncertain)


def _at_the_gate(_seconds: float) -> None:
    """Wait nowhere else: the gate is closed for these seconds already, and counts them with their reason."""

"""Sessions against a real server on loopback."""

import gzip
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import trustme
from jira import JIRA

from canonical.discretion import harmless
from canonical.problems import ConfigurationError, ToolError
from connectors.http import CallError, Rule, Session, Site
from tests.http.scripted import Reply, Tool, scripted

RULES = (Rule("GET", "/rest/{}"), Rule("POST", "/rest/search"), Rule("POST", "/rest/worklog", repeatable=False))
SECRET = "Bearer canary-token"  # noqa: S105


def session(tool: Tool, **options: object) -> Session:
    return Session(Site("Jira", "eng-jira", tool.url, authorization=SECRET, **options), RULES)  # type: ignore[arg-type]


def failure(*replies: Reply, method: str = "GET", path: str = "/rest/a", **options: object) -> tuple[CallError, Tool]:
    with scripted(*replies) as tool, session(tool, **options) as asking, pytest.raises(CallError) as raised:
        asking.json(method, path, body={} if method == "POST" else None)
    return raised.value, tool


def test_data_come_back_and_the_credential_goes_out() -> None:
    with scripted(Reply(body=b'{"a": 1}')) as tool, session(tool) as asking:
        assert asking.json("GET", "/rest/a", params={"q": "x y"}) == {"a": 1}
        assert (tool.asked, tool.seen[0]["Authorization"]) == (["GET /rest/a?q=x+y"], SECRET)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/rest/a"),
        ("DELETE", "/rest/a"),
        ("GET", "/rest/a/b"),
        ("POST", "/rest/a"),
        ("GET", "/rest/%2e%2e"),
        ("GET", "/rest/a%2fb"),
        ("GET", "/admin"),
    ],
)
def test_what_no_rule_allows_never_leaves(method: str, path: str) -> None:
    with scripted() as tool, session(tool) as asking:
        with pytest.raises(ToolError, match="may not ask"):
            asking.call(method, path)
        assert tool.asked == []


def test_another_host_is_never_asked() -> None:
    with scripted() as tool, scripted() as other, session(tool) as asking:
        with pytest.raises(ToolError, match="may not ask"):
            asking.send("GET", f"{other.url}/rest/a")
        assert other.asked == []


def test_a_redirect_is_told_and_not_followed() -> None:
    with scripted() as other:
        error, _ = failure(Reply(302, headers={"Location": f"{other.url}/rest/a"}))
        assert "another address" in error.problem.what
        assert other.asked == []


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_what_passes_by_itself_is_asked_again(status: int) -> None:
    with scripted(Reply(status), Reply(body=b"[1]")) as tool, session(tool) as asking:
        assert asking.json("POST", "/rest/search", body={}) == [1]
        assert len(tool.asked) == 2
        assert tool.at[1] - tool.at[0] >= 0.5
        assert asking.traffic().requests == 2
        assert sum(asking.traffic().waited.values()) >= 0.5


@pytest.mark.parametrize("reply", [Reply(hang_up=True), Reply(body=b'{"a"', length=100)])
def test_a_connection_that_breaks_off_is_asked_again(reply: Reply) -> None:
    with scripted(reply, Reply(body=b"[1]")) as tool, session(tool) as asking:
        assert asking.json("GET", "/rest/a") == [1]


def test_the_wait_that_the_tool_asks_for_is_kept_and_told() -> None:
    limited = Reply(429, headers={"Retry-After": "2", "RateLimit-Reason": "jira-burst-based"})
    with scripted(limited, Reply()) as tool, session(tool) as asking:
        asking.json("GET", "/rest/a")
        assert tool.at[1] - tool.at[0] >= 2
        assert asking.traffic().waited["its limit of requests in a second"] >= 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500])
def test_what_does_not_pass_is_asked_once_and_named(status: int) -> None:
    error, tool = failure(Reply(status, b'{"errorMessages": ["No such <b>thing</b>"], "errors": {"summary": "bad"}}'))
    assert len(tool.asked) == 1
    assert error.status == status
    assert "No such thing; summary: bad" in error.problem.what
    assert error.told.fields == {"summary": "bad"}
    assert all((error.problem.where, error.problem.not_done, error.problem.next_step))


@pytest.mark.parametrize("reply", [Reply(hang_up=True), Reply(503), Reply(502)])
def test_a_write_whose_answer_was_lost_is_never_sent_again(reply: Reply) -> None:
    error, tool = failure(reply, method="POST", path="/rest/worklog")
    assert len(tool.asked) == 1
    assert error.uncertain


def test_a_write_that_a_limit_refused_is_sent_again() -> None:
    with scripted(Reply(429), Reply()) as tool, session(tool) as asking:
        asking.call("POST", "/rest/worklog", body={})
        assert len(tool.asked) == 2


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(body=b""), "empty answer"),
        (Reply(body=b"  <!DOCTYPE html><title>Log in</title>"), "web page"),
        (Reply(body=b'{"issues": [{"id"'), "breaks off"),
        (Reply(403, headers={"X-Authentication-Denied-Reason": "CAPTCHA_CHALLENGE; login-url=x"}), "CAPTCHA"),
        (Reply(body=gzip.compress(b"0" * 3_000_000), headers={"Content-Encoding": "gzip"}), "more than 2 MB"),
        (Reply(body=b"no gzip", headers={"Content-Encoding": "gzip"}), "cannot be unpacked"),
    ],
)
def test_an_answer_that_is_no_data_is_named(reply: Reply, words: str) -> None:
    error, _ = failure(reply, largest=2 * 2**20)
    assert words in error.problem.what


def test_the_credential_is_in_no_error() -> None:
    error, _ = failure(Reply(400, b'{"message": "bad header Bearer canary-token"}'))
    assert "canary" not in f"{error!r} {error} {error.problem} {error.told}"


def test_a_tool_that_is_not_there_is_told_after_the_runs_patience() -> None:
    with scripted() as tool:
        pass
    began = time.monotonic()
    with session(tool, patience=1.0) as asking, pytest.raises(CallError, match="cannot be reached"):
        asking.json("GET", "/rest/a")
    assert time.monotonic() - began < 3


def test_a_wait_beyond_the_runs_patience_ends_it_at_once() -> None:
    began = time.monotonic()
    error, tool = failure(Reply(429, headers={"Retry-After": "3000", "RateLimit-Reason": "jira-quota-global-based"}))
    assert (len(tool.asked), error.status) == (1, 429)
    assert time.monotonic() - began < 2


def test_who_ends_a_run_does_not_wait_for_a_tool_that_limits() -> None:
    limit = Reply(429, headers={"Retry-After": "60"})
    with scripted(limit) as tool, session(tool, patience=300) as asking:
        began = time.monotonic()
        with asking.threads() as pool:
            waiting = [pool.submit(asking.json, "GET", "/rest/a") for _ in range(10)]
            time.sleep(0.5)
        assert time.monotonic() - began < 5
        assert all(one.cancelled() or isinstance(one.exception(), CallError) for one in waiting)
        tool.replies = [Reply()]
        with pytest.raises(CallError, match="wait"):
            session(tool, patience=1).json("GET", "/rest/a")


def test_an_answer_that_does_not_come_is_given_up() -> None:
    error, _ = failure(Reply(after=1), answering=0.2, patience=0.1)
    assert "no answer in time" in error.problem.what


def test_no_more_are_under_way_than_may_be() -> None:
    with scripted(Reply(after=0.05)) as tool, session(tool, at_once=3) as asking, ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda _: asking.json("GET", "/rest/a"), range(20)))
        assert tool.most_at_once == 3


def test_sessions_of_one_credential_share_the_limit_of_a_second() -> None:
    with scripted() as tool, session(tool, per_second=20) as one, session(tool, per_second=20) as other:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda each: each.json("GET", "/rest/a"), [one, other] * 10))
        assert tool.at[-1] - tool.at[0] >= 0.8
        assert any("our own limit" in reason for reason in one.traffic().waited)


def test_a_credential_that_was_replaced_is_taken_up_once_and_kept_out_of_what_is_told() -> None:
    fresh = iter(["Bearer second", "Bearer second"])
    with scripted(Reply(401), Reply(body=b"{}"), Reply(401)) as tool:
        site = Site("Asana", "x", tool.url, authorization=SECRET)
        with Session(site, RULES, renew=lambda: next(fresh)) as asking:
            assert asking.json("GET", "/rest/a") == {}
            with pytest.raises(CallError, match="does not accept the credential"):
                asking.json("GET", "/rest/a")
        assert [seen["Authorization"] for seen in tool.seen] == [SECRET, "Bearer second", "Bearer second"]
        assert "second" not in harmless("Bearer second")


def test_a_librarys_session_passes_the_same_gate() -> None:
    with scripted(Reply(429), Reply(body=b'{"displayName": "Jane"}')) as tool:
        jira = JIRA(server=tool.url, get_server_info=False, max_retries=0)
        with Session(Site("Jira", "x", tool.url, authorization=SECRET), [Rule("GET", "/rest/api/2/myself")]) as asking:
            asking.carry(jira._session)
            assert jira.myself() == {"displayName": "Jane"}
            assert tool.seen[1]["Authorization"] == SECRET
            assert asking.traffic().requests == 2
            with pytest.raises(ToolError, match="may not ask"):
                jira.create_issue(project="X", summary="x")
        assert len(tool.asked) == 2


def test_a_server_inside_is_trusted_by_its_own_authority_only(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with scripted(authority=authority) as tool:
        with Session(Site("Jira", "x", tool.url, ca_bundle=tmp_path / "ca.pem"), RULES) as asking:
            assert asking.json("GET", "/rest/a") == {}
        with Session(Site("Jira", "x", tool.url), RULES) as asking, pytest.raises(CallError, match="certificate"):
            asking.json("GET", "/rest/a")


def test_a_bundle_that_is_not_there_is_a_matter_of_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="authorities"):
        Session(Site("Jira", "x", "https://127.0.0.1:9", ca_bundle=tmp_path / "none.pem"), RULES)


def test_a_proxy_that_is_not_there_is_named_as_what_is_in_the_way() -> None:
    with Session(Site("Jira", "x", "http://jira.invalid", proxy="http://127.0.0.1:9", patience=0.1), RULES) as asking:
        with pytest.raises(CallError) as raised:
            asking.json("GET", "/rest/a")
        assert "proxy does not let us through to Jira" in raised.value.problem.what
        assert "`proxy`" in raised.value.problem.next_step


def test_a_proxy_is_gone_through() -> None:
    with scripted(Reply(body=b"[1]")) as proxy:
        site = Site("Jira", "x", "http://jira.invalid", proxy=proxy.url)
        with Session(site, RULES) as asking:
            assert asking.json("GET", "/rest/a") == [1]
        assert proxy.asked == ["GET http://jira.invalid/rest/a"]


def test_of_two_connectors_with_one_credential_the_stricter_limits_count() -> None:
    with scripted(Reply(after=0.05)) as tool, session(tool, at_once=6, per_second=200) as first:
        with session(tool, at_once=1, per_second=100), ThreadPoolExecutor(6) as pool:
            list(pool.map(lambda _: first.json("GET", "/rest/a"), range(6)))
        assert tool.most_at_once == 1

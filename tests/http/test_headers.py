"""What headers say of limits, as vendors document them and as users saw them."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.http.headers import LONGEST_WINDOW, read_advice, server_time

NOW = datetime(2026, 3, 26, 16, 25, 28, tzinfo=UTC)
DATE = {"Date": format_datetime(NOW, usegmt=True)}


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"retry-after": format_datetime(NOW + timedelta(seconds=9), usegmt=True)}, 9),
        ({"Retry-After": format_datetime(NOW - timedelta(hours=1), usegmt=True)}, None),
        ({"Retry-After": "0"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "999999"}, LONGEST_WINDOW),
        ({"X-RateLimit-Reset": "2026-03-26T16:26Z"}, 32),
        ({"X-RateLimit-Reset": str(int(NOW.timestamp()) + 5)}, 5),
        ({"X-RateLimit-Reset": str((int(NOW.timestamp()) + 5) * 1000)}, 5),
        ({"X-RateLimit-Reset": "12"}, 12),
        ({"X-RateLimit-Reset": "2026-03-26T16:00Z"}, None),
        ({"Beta-Retry-After": "4"}, 4),
        ({"Retry-After": "4", "X-RateLimit-Reset": "2026-03-26T17:00Z"}, 4),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Limit": "10", "X-RateLimit-Interval-Seconds": "60"}, 60),
        ({}, None),
    ],
)
def test_the_wait_that_is_asked_for(headers: dict[str, str], seconds: float | None) -> None:
    assert read_advice(DATE | headers).wait == seconds


def test_a_quota_that_ran_out_is_known_by_its_state_though_policy_and_reset_are_wrong() -> None:
    advice = read_advice(
        DATE
        | {
            "Beta-Ratelimit": '"tenant-app-quota";r=0;t=2788',
            "X-Beta-Ratelimit-Reason": "jira-quota-tenant-based",
            "X-Beta-Ratelimit-Reset": "2026-03-26T16:00Z",
            "X-Ratelimit-Limit": "400",
            "X-Ratelimit-Remaining": "399",
        }
    )
    assert (advice.wait, advice.spare, advice.reason) == (2788, 0.0, "its hourly quota")


def test_of_several_limits_the_nearest_counts() -> None:
    advice = read_advice(
        {
            "Beta-RateLimit-Policy": '"tenant-app-quota";q=100100;w=3600',
            "Beta-RateLimit": '"tenant-app-quota";r=17842;t=2107',
            "X-RateLimit-Limit": "350",
            "X-RateLimit-Remaining": "349",
        }
    )
    assert advice.spare == pytest.approx(0.178, abs=0.001)
    assert (advice.left, advice.refill) == (17842, 2107)


def test_limits_in_one_header_are_kept_apart() -> None:
    quota, bucket = '"global-app-quota";r=650;t=600', '"jira-burst-based";r=348;t=1'
    policies = '"global-app-quota";q=65000;w=3600,"jira-burst-based";q=100;w=1'
    for both in (f"{quota},{bucket}", f"{bucket},{quota}"):
        advice = read_advice({"RateLimit-Policy": policies, "RateLimit": both})
        assert (advice.spare, advice.left, advice.refill) == (0.01, 650, 600)


def test_a_limit_on_trial_counts_beside_one_in_force() -> None:
    advice = read_advice(
        {
            "Beta-RateLimit-Policy": '"global-app-quota";q=65000;w=3600',
            "Beta-RateLimit": '"global-app-quota";r=650;t=600',
            "RateLimit-Policy": '"jira-burst-based";q=100;w=1',
            "RateLimit": '"jira-burst-based";r=348;t=1',
        }
    )
    assert (advice.spare, advice.left, advice.refill) == (0.01, 650, 600)


def test_a_tool_that_says_only_that_it_is_near_is_believed() -> None:
    assert (read_advice({"X-RateLimit-NearLimit": "true"}).spare or 1) < 0.2
    assert read_advice({"X-RateLimit-NearLimit": "false"}).spare is None


def test_a_burst_limit_is_that_of_one_endpoint() -> None:
    assert read_advice({"RateLimit-Reason": "jira-burst-based"}).one_endpoint
    assert not read_advice({"RateLimit-Reason": "jira-quota-global-based"}).one_endpoint


def test_a_moment_without_a_date_to_count_from_is_no_wait() -> None:
    assert read_advice({"X-RateLimit-Reset": "2026-03-26T16:26Z"}).wait is None


def test_the_servers_time_is_that_of_its_answer() -> None:
    assert server_time(DATE) == NOW
    assert server_time({"Date": "yesterday"}) is None


NAMES = ["Date", "Retry-After", "X-RateLimit-Reset", "X-RateLimit-Remaining", "X-RateLimit-Limit", "RateLimit"]


@given(st.dictionaries(st.sampled_from(NAMES), st.text(alphabet="0123456789;=rtqZ:T-., GMTabc²", max_size=30)))
def test_nonsense_is_never_an_error_nor_an_endless_wait(headers: dict[str, str]) -> None:
    wait = read_advice(headers).wait
    assert wait is None or 0 < wait <= LONGEST_WINDOW

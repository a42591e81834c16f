"""What an admin writes about a Jira has an effect, and what cannot be is refused in words."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError
from starlette.types import ASGIApp, Receive, Scope, Send

from canonical.problems import ConfigurationError, ToolError, Weight
from canonical.vocabulary import EntityKind
from connectors.base import ConnectorContext
from connectors.jira.config import Flavour as Configured
from connectors.jira.config import JiraOptions
from connectors.jira.kind import KIND
from pmohub.testing.jira import Flavour
from tests.jira_reading.sites import BOTH, FLAVOURS, pulled, records, site

WRITTEN = {"url": "https://jira.example.com", "token": {"env": "JIRA_TOKEN"}}


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ConnectorContext:
    monkeypatch.setenv("JIRA_TOKEN", "a-token-of-nobody")
    return ConnectorContext("eng-jira", tmp_path, ZoneInfo("Europe/London"), tmp_path)


def options(**more: Any) -> JiraOptions:
    return JiraOptions.model_validate({**WRITTEN, **more})


@pytest.mark.parametrize("day", ["2027-13-01", "2027-02-30", "tomorrow"])
def test_a_day_that_is_none_is_refused(day: str) -> None:
    with pytest.raises(ValidationError, match="token_expires"):
        options(token_expires=day)


def test_a_token_ends_with_its_last_day(context: ConnectorContext) -> None:
    last = "2027-06-30"
    reader = KIND.reader(options(token_expires=last), context)
    assert reader.credential_expires_at() == datetime(2027, 6, 30, 23, tzinfo=UTC)
    assert KIND.reader(options(), context).credential_expires_at() is None


@pytest.mark.parametrize("address", ["https://me:hunter2@jira.example.com", "https://hunter2@jira.example.com"])
def test_an_address_with_a_credential_in_it_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(ValidationError, match="named by `token`") as refused:
        options(url=address)
    assert "hunter2" not in str(refused.value)


def test_a_proxy_with_a_password_is_kept_elsewhere(context: ConnectorContext, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValidationError, match="OUR_PROXY") as refused:
        options(proxy="http://me:hunter2@proxy.example.com:3128")
    assert "hunter2" not in str(refused.value)
    monkeypatch.setenv("OUR_PROXY", "http://me:hunter2@127.0.0.1:9")
    with pytest.raises(ToolError, match="proxy does not let us through"):
        list(KIND.reader(options(proxy={"env": "OUR_PROXY"}, patience=1), context).pull(None))


def test_a_missing_file_of_authorities_and_a_proxy_that_is_none_are_told(context: ConnectorContext) -> None:
    with pytest.raises(ConfigurationError, match="authorities"):
        list(KIND.reader(options(ca_bundle="none.pem"), context).pull(None))
    with pytest.raises(ConfigurationError, match="proxy"):
        list(KIND.reader(options(proxy="proxy without a scheme"), context).pull(None))


@BOTH
@pytest.mark.parametrize("jql", ["issuetype != Ghost", "fixVersion = Ghost", "nonsense ="])
def test_a_filter_that_names_what_is_not_there_stops_the_reading(flavour: Flavour, jql: str, tmp_path: Path) -> None:
    with site(flavour, tmp_path, issues=30) as jira:
        assert "does not understand the filter" in "".join(found.what for found in jira.reader(jql=jql).check())
        with pytest.raises(ToolError):
            list(jira.reader(jql=jql).pull(None))


@BOTH
def test_a_filter_for_charters_that_fails_leaves_the_rest_to_be_read(flavour: Flavour, tmp_path: Path) -> None:
    with site(flavour, tmp_path, issues=30) as jira:
        reader = jira.reader(charter={"jql": "issuetype = Ghost"}, project_fields={"sponsor": "charter:Summary"})
        batches = pulled(reader)
        told = [found for batch in batches for found in batch.problems if "charter.jql" in found.where]
        assert [found.weight for found in told] == [Weight.WARNING]
        projects = [one for (kind, _), one in records(batches).items() if kind is EntityKind.PROJECT]
        assert projects
        assert not any("sponsor" in one.model_fields_set for one in projects)


@BOTH
def test_worklogs_are_left_out_where_they_are_not_wanted(flavour: Flavour, tmp_path: Path) -> None:
    with site(flavour, tmp_path, issues=30) as jira:
        reader = jira.reader(worklogs=False)
        assert EntityKind.TIME_ENTRY not in {kind for kind, _ in records(pulled(reader))}
        assert EntityKind.TIME_ENTRY not in reader.provides()


@pytest.mark.parametrize(("flavour", "configured"), [*zip(FLAVOURS, [*Configured][::-1], strict=True)])
def test_the_configuration_decides_which_jira_it_is(flavour: Flavour, configured: Configured, tmp_path: Path) -> None:
    with site(flavour, tmp_path, issues=30) as jira:
        assert "projects" in jira.reader().describe()
        # Each flavour answers the other's calls with 404 or 410.
        assert "projects" not in jira.reader(flavour=configured, email=None).describe()


@BOTH
def test_no_more_requests_are_under_way_than_may_be(flavour: Flavour, tmp_path: Path) -> None:
    counted = Counted()
    with site(flavour, tmp_path, counted.around, page_cap=10) as jira:
        pulled(jira.reader(requests_at_once=2))
    assert counted.most == 2


class Counted:
    """How many requests were under way at a time."""

    def __init__(self) -> None:
        self.now = self.most = 0

    def around(self, app: ASGIApp) -> ASGIApp:
        async def count(scope: Scope, receive: Receive, send: Send) -> None:
            self.now += 1
            self.most = max(self.most, self.now)
            try:
                await asyncio.sleep(0.01)
                await app(scope, receive, send)
            finally:
                self.now -= 1

        return count

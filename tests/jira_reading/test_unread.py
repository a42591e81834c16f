"""Issues that a Jira lists and does not give: each is set aside with the reason and asked for again, within bounds."""

from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from canonical.problems import ToolError
from connectors.jira.pulling import run
from pmohub.testing.jira import Flavour
from pmohub.testing.sandbox.exchange import answered
from tests.jira_reading.sites import identity, site, tasks


class Withholding:
    """Gives of these issues a reason instead of what they hold, as Cloud does where one cannot be built."""

    def __init__(self) -> None:
        self.ids: set[str] = set()

    def __call__(self, app: ASGIApp) -> ASGIApp:
        async def layer(scope: Scope, receive: Receive, send: Send) -> None:
            answer = await answered(app, scope, receive)
            if scope["path"].endswith("issue/bulkfetch"):
                told = orjson.loads(answer.body)
                held = [one["id"] for one in told["issues"] if one["id"] in self.ids]
                told["issues"] = [one for one in told["issues"] if one["id"] not in self.ids]
                told["issueErrors"] = [{"id": one, "errorMessage": "It cannot be built."} for one in held]
                body = orjson.dumps(told)
                answer = replace(answer, body=body).with_headers({"content-length": str(len(body))})
            await answer.send(send)

        return layer


def test_what_is_not_given_is_set_aside_and_asked_for_again(tmp_path: Path) -> None:
    withholding = Withholding()
    with site(Flavour.CLOUD, tmp_path, withholding) as jira:
        issue = identity(jira.some(1)[0])
        withholding.ids.add(issue)
        batches = list(jira.reader().pull(None))
        (aside,) = [one for batch in batches for one in batch.quarantined]
        assert (aside.external_id, "cannot be built" in aside.reason) == (issue, True)
        withholding.ids.clear()
        jira.pass_time(3600)
        assert issue in tasks(jira.reader().pull(batches[-1].cursor))


def test_a_jira_that_gives_hardly_anything_is_not_taken_for_one_with_a_few_bad_issues(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "MOST_UNREAD", 5)
    withholding = Withholding()
    with site(Flavour.CLOUD, tmp_path, withholding) as jira:
        withholding.ids.update(identity(one) for one in jira.some(6))
        with pytest.raises(ToolError, match="6 issues that it does not give"):
            list(jira.reader().pull(None))

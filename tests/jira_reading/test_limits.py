"""Under a Jira's limits a pull takes longer and gives the same; what it waited for is told."""

from pathlib import Path

import pytest

from canonical.problems import ToolError
from pmohub.testing.jira import Flavour
from pmohub.testing.jira.limiting import CloudLimits, DataCenterLimits, Lie
from tests.jira_reading.sites import Site, pulled, records, site

BURST = CloudLimits(per_second={"GET": 12, "POST": 12}, spare=1)
QUOTA = CloudLimits(points=150, window=1)
LYING = CloudLimits(points=150, window=1, lies=frozenset({Lie.RESET_IS_PAST, Lie.NO_RETRY_AFTER}))
BUCKET = DataCenterLimits(max_requests=20, requests_allowed=20, interval=1)


def of_an_app(jira: Site) -> dict[str, object]:
    """A bearer's token in Cloud is an app's; an API token has no quota."""
    return {"email": None} if jira.flavour is Flavour.CLOUD else {}


@pytest.mark.parametrize(
    ("flavour", "limits"),
    [
        (Flavour.CLOUD, BURST),
        (Flavour.CLOUD, QUOTA),
        pytest.param(Flavour.CLOUD, LYING, marks=pytest.mark.long),
        pytest.param(Flavour.DATA_CENTER, BUCKET, marks=pytest.mark.long),
    ],
)
def test_a_pull_that_is_limited_gives_everything(
    flavour: Flavour, limits: CloudLimits | DataCenterLimits, tmp_path: Path
) -> None:
    with site(flavour, tmp_path, page_cap=10) as jira:
        whole = records(pulled(jira.reader(**of_an_app(jira))))
        jira.server.state.limits.set(limits)
        reader = jira.reader(**of_an_app(jira), patience=60)
        assert records(pulled(reader)).keys() == whole.keys()
        assert sum(reader.traffic().waited.values()) > 0


def test_a_quota_that_ends_in_an_hour_is_told_at_once_with_its_reason(tmp_path: Path) -> None:
    with site(Flavour.CLOUD, tmp_path) as jira:
        jira.server.state.limits.set(CloudLimits(points=1))
        reader = jira.reader(**of_an_app(jira))
        with pytest.raises(ToolError, match=r"429|before its limit"):
            list(reader.pull(None))
        assert not reader.traffic().waited

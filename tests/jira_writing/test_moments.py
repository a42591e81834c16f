"""A team's edit survives, at whatever moment of a write it falls in."""

from pathlib import Path
from typing import Any, cast

from connectors.base import FieldChange, Outcome
from pmohub.testing.jira import Flavour
from sync.limits import Limits, Tally
from sync.outcomes import checked
from sync.sending import Hand, Sending
from tests.jira_writing.office import BOTH, BUDGET, Office, office

MOST_REQUESTS = 14
THEIRS, OURS = 7, 1500


def written(site: Office, change: FieldChange) -> Outcome:
    """Write as an apply does: send, ask what was replaced, put back what was a team's."""
    nothing = cast("Any", None)
    hand = Hand("jira", site.reader(), site.writer(), nothing)
    sending = Sending(nothing, hand, nothing, "test", Tally(Limits()))
    (result,) = site.writer().write([change])
    return checked(sending, result).outcome


@BOTH
def test_a_teams_edit_at_any_moment_of_a_write_survives(tmp_path: Path, flavour: Flavour) -> None:
    outcomes = []
    with office(tmp_path, flavour) as sites:
        budget = sites.field(BUDGET)
        first = sites.anew()
        written(first, first.change(BUDGET, None, OURS))
        for moment in range(1, MOST_REQUESTS + 1):
            site = sites.anew()
            now = site.meanwhile.requests
            site.meanwhile.later[now + moment] = lambda site=site: site.team(**{budget: float(THEIRS)})
            outcomes.append(written(site, site.change(BUDGET, None, OURS)))
            if site.meanwhile.later:
                # The write was over before; whoever edits now does so after it.
                site.meanwhile.later.clear()
                break
            assert site.fields()[budget] == THEIRS, f"request {moment}: {outcomes[-1]}"
    assert {Outcome.STALE, Outcome.OVERTOOK, Outcome.APPLIED} == set(outcomes)

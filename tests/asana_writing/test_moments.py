"""A team's edit survives, at whatever moment of a write it falls in, whatever kind of field it is made in."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from canonical.values import FieldValue
from connectors.base import FieldChange, Outcome
from sync.limits import Limits, Tally
from sync.outcomes import checked
from sync.sending import Hand, Sending
from tests.asana_writing.office import BRIEF, PHASE, Office, office

MOST_REQUESTS = 14
THEIRS: dict[str, tuple[Callable[[Office], None], FieldValue, FieldValue]] = {
    BRIEF: (lambda site: site.hands.fill(site.task, BRIEF, "theirs"), "theirs", "ours"),
    PHASE: (lambda site: site.hands.fill(site.task, PHASE, "Closing"), "Closing", "Planning"),
    "Channels": (lambda site: site.hands.fill(site.task, "Channels", ("Fair",)), ["Fair"], ["Web"]),
    "assignee": (
        lambda site: site.hands.edit(site.task, assignee=site.asana.server.state.person("Clara Jung").gid),
        "Clara Jung",
        "Milan Novak",
    ),
    "section": (lambda site: site.hands.move(site.task, "Waiting"), "Waiting", "Done"),
}


def written(site: Office, change: FieldChange) -> Outcome:
    """Write as an apply does: send, ask what was replaced, put back what was a team's."""
    nothing = cast("Any", None)
    hand = Hand("asana", nothing, site.writer(), nothing)
    sending = Sending(nothing, hand, nothing, "test", Tally(Limits()))
    (result,) = site.writer().write([change])
    return checked(sending, result).outcome


LONG = {PHASE, "assignee", "section"}


@pytest.mark.parametrize(
    "carrier", [pytest.param(each, marks=pytest.mark.long) if each in LONG else each for each in THEIRS]
)
def test_a_teams_edit_at_any_moment_of_a_write_survives(tmp_path: Path, carrier: str) -> None:
    edit, theirs, ours = THEIRS[carrier]
    before = "To do" if carrier == "section" else None
    outcomes = []
    with office(tmp_path) as sites:
        first = sites.anew(sections=True)
        written(first, first.change(carrier, before, ours))
        for moment in range(1, MOST_REQUESTS + 1):
            site = sites.anew(sections=True)
            site.meanwhile.later[site.meanwhile.requests + moment] = lambda site=site: edit(site)
            outcomes.append(written(site, site.change(carrier, before, ours)))
            if site.meanwhile.later:
                # The write was over before; whoever edits now does so after it.
                site.meanwhile.later.clear()
                break
            assert site.held(carrier) == theirs, f"request {moment}: {outcomes[-1]}"
    assert {Outcome.STALE, Outcome.OVERTOOK, Outcome.APPLIED} == set(outcomes)

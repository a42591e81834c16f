"""Pulling a large Jira Cloud site: our reader beside the plain `jira` loop, `tap-jira` and dlt's REST source.

`python -m benchmarks.bench_jira [--rows ISSUES]`. The site is the sandbox in a process of its own, with TLS (tap-jira
asks for https) and a vendor-like time for each answer. Each peer is installed from the index into an environment of
its own and reads the same site in the same run: issues with all fields, changelogs and worklogs. None of them stores.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from itertools import chain
from math import ceil
from pathlib import Path

import httpx

from benchmarks.claims import Claim, arguments, keep
from benchmarks.jira.peers import PEERS
from benchmarks.reading.comparing import beside
from benchmarks.reading.measuring import Measured
from benchmarks.reading.sites import Site, running
from pmohub.testing.jira.world.numbering import FIRST_ID

ISSUES, EDITED = 50_000, 1_000
LATENCY = 0.2
"""Seconds that each answer takes besides the work: what a round trip to Jira Cloud takes at least."""
SITE = "benchmarks.jira.site"


def ours(place: Site, *cursor: Path) -> Measured:
    options = {"url": place.url, "email": place.about["email"], "ca_bundle": str(place.authority)}
    told = json.dumps(options)
    return place.read_by([sys.executable, "-m", "benchmarks.reading.ours", "jira", told, *map(str, cursor)])


def beside_others(issues: int, *, alone: bool) -> Iterator[Claim]:
    """Pull everything, ours and the peers', and compare."""
    with running(SITE, issues, LATENCY) as place:
        own = ours(place)
        print(f"  ours: {own}", flush=True)
        peers = () if alone else PEERS
        where = (place.url, place.about["email"], str(place.authority))
        yield from beside("Jira", own, place, peers, *where, fewest=floor(own))
    yield Claim("Jira: requests, of the fewest that the documented page sizes allow", own.requests / floor(own))
    with running(SITE, max(1, issues // 10), LATENCY) as place:
        small = ours(place)
        print(f"  ours, a tenth: {small}", flush=True)
    yield Claim("Jira: memory, of that for a tenth", own.memory / small.memory, aim=1.5)


def floor(own: Measured) -> int:
    """The fewest requests: 5,000 ids, 100 issues, 1,000 issues or 10,000 history entries, 1,000 worklogs a request."""
    tasks, logged, changes = (own.counts.get(name, 0) for name in ("task", "time_entry", "change"))
    histories = max(ceil(tasks / 1000), ceil(changes / 10_000))
    return ceil(tasks / 5000) + ceil(tasks / 100) + histories + 2 * ceil(logged / 1000)


def over_time(most: int) -> Iterator[Claim]:
    """Pull again: with nothing changed in a small and a large site, then with as much changed in both."""
    small, large = max(1, most // 200), most
    edits = min(EDITED, small)
    unchanged, changed = {}, {}
    for issues in (small, large):
        with tempfile.TemporaryDirectory() as folder, running(SITE, issues, 0) as place:
            cursor = Path(folder) / "cursor.json"
            print(f"  {issues:,} issues, first: {ours(place, cursor)}", flush=True)
            unchanged[issues] = ours(place, cursor)
            print(f"  {issues:,} issues, unchanged: {unchanged[issues]}", flush=True)
            edit(place, issues, edits)
            changed[issues] = ours(place, cursor)
            print(f"  {issues:,} issues, {edits:,} of them changed: {changed[issues]}", flush=True)
    requests = unchanged[large].requests / unchanged[small].requests
    yield Claim("Jira: requests of an unchanged pull, of those in a small site", requests, aim=1)
    seconds = changed[large].seconds / changed[small].seconds
    yield Claim(f"Jira: time for {edits:,} changed issues, of that in a small site", seconds, aim=1.5)


def edit(place: Site, issues: int, edits: int) -> None:
    """Let a team edit issues spread over all of the site."""
    with httpx.Client(base_url=f"{place.url}/_sandbox/as/Anna Keller/issue/", verify=str(place.authority)) as team:
        for number in range(edits):
            issue, told = FIRST_ID + number * issues // edits, {"fields": {"summary": f"Changed {number}"}}
            while team.put(str(issue), json=told).status_code == httpx.codes.FORBIDDEN:
                issue += 1  # an archived project's is not edited


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--alone", action="store_true", help="without the peers, which come from the index")
    given = parser.parse_args()
    rows = given.rows or ISSUES
    keep(chain(beside_others(rows, alone=given.alone), over_time(4 * rows)), given.claims)


if __name__ == "__main__":
    main()

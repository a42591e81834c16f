"""Pulling a large Asana: our reader beside the plain `asana` loop and `tap-asana`.

`python -m benchmarks.bench_asana [--rows TASKS] [--every]`. The site is the sandbox in a process of its own, with TLS
and a vendor-like time for each answer; two in five of its tasks are subtasks, at up to three levels. Each peer is
installed from the index into an environment of its own and reads the same site in the same run. None of them stores.

The peers ask one request after the other, tap-asana one for each task: they read a tenth, which takes half an hour, and
everything only when asked to (`--every`, four hours at full size).
"""

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import httpx

from benchmarks.asana.peers import PEERS
from benchmarks.claims import Claim, arguments, keep
from benchmarks.reading.comparing import beside
from benchmarks.reading.measuring import Measured
from benchmarks.reading.peers import Peer
from benchmarks.reading.sites import Site, running
from pmohub.testing.asana.world.things import TASKS as FIRST

TASKS, EDITED, HANDS = 50_000, 1_000, 16
LATENCY = 0.2
"""Seconds that each answer takes besides the work: what a round trip to Asana takes at least."""
PAGE, A_MINUTE = 100, 1500
"""What a list gives at most, and what a paid plan allows. Source: https://developers.asana.com/docs/rate-limits."""
SITE = "benchmarks.asana.site"


@dataclass(frozen=True, slots=True)
class Runs:
    """One site read three times: all of it, with nothing changed, and with as many tasks changed as in the other."""

    first: Measured
    unchanged: Measured
    changed: Measured
    fewest: int
    shared: int

    @property
    def each(self) -> float:
        """Requests of an unchanged pull for each project."""
        return self.unchanged.requests / self.first.counts["project"]


def ours(place: Site, cursor: Path) -> Measured:
    where = {"url": f"{place.url}/api/1.0", "ca_bundle": str(place.authority)}
    options = json.dumps({**where, "workspaces": place.about["workspaces"]})
    return place.read_by([sys.executable, "-m", "benchmarks.reading.ours", "asana", options, str(cursor)])


def measured(tasks: int, edits: int, found: dict[int, Runs], peers: Sequence[Peer]) -> Iterator[Claim]:
    """Read a site of so many tasks, ours and the peers', and go on when nothing changed, and after edits."""
    with tempfile.TemporaryDirectory() as folder, running(SITE, tasks, LATENCY) as place:
        cursor, there = Path(folder) / "cursor.json", place.about["there"]
        print(f"  {', '.join(f'{number:,} {name}' for name, number in there.items())}:", flush=True)
        first = ours(place, cursor)
        print(f"  ours: {first}", flush=True)
        print(f"  ours at {A_MINUTE:,} requests a minute: {first.requests / A_MINUTE:.1f} minutes at least", flush=True)
        for name in ("task", "time_entry"):
            got = first.counts.get(name, 0)
            yield Claim(
                f"Asana, {tasks:,}: {name} records, of those that are there", got / there[name], aim=1, at_most=False
            )
        yield from beside("Asana", first, place, peers, place.url, str(place.authority), fewest=floor(there))
        unchanged = ours(place, cursor)
        print(f"  ours, unchanged: {unchanged}", flush=True)
        edit(place, tasks, edits)
        changed = ours(place, cursor)
        print(f"  ours, {edits:,} tasks changed: {changed}", flush=True)
        found[tasks] = Runs(first, unchanged, changed, floor(there), shared(there))


def floor(there: Mapping[str, int]) -> int:
    """The fewest requests of documented listings: 100 tasks, time entries or projects, and the subtasks of one task."""
    return _pages(there) + there["with subtasks"]


def shared(there: Mapping[str, int]) -> int:
    """The fewest where the plan has the search, which finds a hundred subtasks of any tasks in one."""
    return _pages(there) + ceil((there["task"] - there["top"]) / PAGE)


def _pages(there: Mapping[str, int]) -> int:
    return sum(ceil(there[name] / PAGE) for name in ("top", "time_entry", "project"))


def edit(place: Site, tasks: int, edits: int) -> None:
    """Let a team rename tasks spread over all of the site, subtasks among them."""
    with (
        httpx.Client(base_url=f"{place.url}/_sandbox/as/Sophie Brandt/", verify=str(place.authority)) as team,
        ThreadPoolExecutor(HANDS) as hands,
    ):

        def rename(number: int) -> None:
            told = {"data": {"name": f"Changed {number}"}}
            team.put(f"tasks/{FIRST + number * tasks // edits}", json=told).raise_for_status()

        list(hands.map(rename, range(edits)))


def claims(tasks: int, *, alone: bool, every: bool) -> Iterator[Claim]:
    small = max(1, tasks // 10)
    edits, found = min(EDITED, small), dict[int, Runs]()
    yield from measured(small, edits, found, () if alone or every else PEERS)
    yield from measured(tasks, edits, found, PEERS if every and not alone else ())
    less, more = found[small], found[tasks]
    for size, runs in found.items():
        what = f"Asana, {size:,}: requests, of the fewest that documented listings allow ({runs.fewest:,})"
        yield Claim(what, runs.first.requests / runs.fewest)
        what = f"Asana, {size:,}: requests, of the fewest where the search shares subtasks ({runs.shared:,})"
        yield Claim(what, runs.first.requests / runs.shared)
    yield Claim("Asana: memory, of that for a tenth", more.first.memory / less.first.memory, aim=1.5)
    for size, runs in found.items():
        print(
            f"  {size:,} tasks, unchanged: {runs.each:.1f} requests for each of {runs.first.counts['project']} projects"
        )
    yield Claim(
        "Asana: requests for each project when nothing changed, of those for a tenth", more.each / less.each, aim=1
    )
    seconds = more.changed.seconds / less.changed.seconds
    yield Claim(f"Asana: time for {edits:,} changed tasks, of that for a tenth", seconds, aim=1.5)


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--alone", action="store_true", help="without the peers, which come from the index")
    parser.add_argument("--every", action="store_true", help="let the peers read all of it, which takes hours")
    given = parser.parse_args()
    keep(claims(given.rows or TASKS, alone=given.alone, every=given.every), given.claims)


if __name__ == "__main__":
    main()

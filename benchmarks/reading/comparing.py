"""Our reader beside those that people use: what each read of the same site, and what it cost."""

import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.claims import Claim
from benchmarks.reading.measuring import Measured
from benchmarks.reading.peers import Peer, installed
from benchmarks.reading.sites import Site

AIM = 5
"""Times as many records a second as the best peer."""


def beside(tool: str, own: Measured, place: Site, peers: Sequence[Peer], *where: str, fewest: int) -> Iterator[Claim]:
    """Let the peers read the same site; print what each got, and compare.

    `where`: what a peer's module is told besides the token. `fewest`: the requests that the tool's documents allow.
    """
    others: dict[Peer, Measured] = {}
    with tempfile.TemporaryDirectory() as folder:
        for peer, home in installed(peers, Path(folder)):
            others[peer] = place.read_by(peer.command(home, *where))
            print(f"  {peer.name}: {others[peer]}", flush=True)
    if not others:
        return
    _print({"pmohub": own, **{peer.name: each for peer, each in others.items()}}, fewest)
    for peer in others:
        if peer.partial:
            print(f"  {peer.name} leaves out {peer.partial}.", flush=True)
    best = max(other.rate for other in others.values())
    yield Claim(f"{tool}: records a second, of the best peer's", own.rate / best, aim=AIM, at_most=False)
    for peer, other in others.items():
        yield Claim(f"{tool}: requests, of those of {peer.name}", own.requests / other.requests)


def _print(read: Mapping[str, Measured], fewest: int) -> None:
    every = read.values()
    result = Table("", *read)
    result.add_row("seconds", *(f"{one.seconds:,.0f}" for one in every))
    result.add_row("records a second", *(f"{one.rate:,.0f}" for one in every))
    result.add_row("requests", *(f"{one.requests:,}" for one in every))
    result.add_row("of the fewest", *(f"{one.requests / fewest:.2f}" for one in every))
    result.add_row("memory, MiB", *(f"{one.memory:.0f}" for one in every))
    for name in dict.fromkeys(name for one in every for name, number in one.counts.items() if number):
        result.add_row(name.replace("_", " "), *(f"{one.counts.get(name, 0):,}" for one in every))
    Console(width=None if sys.stdout.isatty() else 140).print(result)

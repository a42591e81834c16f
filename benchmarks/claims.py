"""What a benchmark proves: a ratio measured in one run, held against an aim."""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Claim:
    """A ratio and its aim; without one the ratio is only told. `at_most`: smaller is better."""

    what: str
    ratio: float
    aim: float | None = None
    at_most: bool = True

    @property
    def reached(self) -> bool | None:
        """Whether the ratio keeps its aim; None where there is none."""
        if self.aim is None:
            return None
        return self.ratio <= self.aim if self.at_most else self.ratio >= self.aim

    def told(self) -> tuple[str, str, str, str]:
        """The claim in words: what, ratio, aim, whether it was reached."""
        if self.aim is None:
            return self.what, figure(self.ratio), "", ""
        limit = f"{'at most' if self.at_most else 'at least'} {figure(self.aim)}"
        return self.what, figure(self.ratio), limit, "reached" if self.reached else "missed"


def figure(ratio: float) -> str:
    """A ratio in people's form; a small one as a fraction."""
    return f"1/{1 / ratio:.0f}" if 0 < ratio < 0.095 else f"{ratio:.2f}"


def arguments(description: str | None) -> argparse.ArgumentParser:
    """The options that all benchmarks have."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, help="how much to measure with; the claims are about the default")
    parser.add_argument("--only", choices=["sqlite", "postgresql"], help="measure with one database only")
    parser.add_argument("--claims", type=Path, metavar="FILE", help="write the claims there, as JSON")
    return parser


def keep(claims: Iterator[Claim], path: Path | None) -> None:
    """Measure, print each claim, and write them all down where that is asked for."""
    measured = []
    for claim in claims:
        measured.append(claim)
        print("  " + ", ".join(part for part in claim.told() if part), flush=True)
    if path is not None:
        path.write_text(json.dumps([asdict(claim) for claim in measured]))


def read(path: Path) -> Sequence[Claim]:
    """Give the claims that a benchmark wrote down."""
    return [Claim(**row) for row in json.loads(path.read_text())]

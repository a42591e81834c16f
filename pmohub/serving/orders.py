"""What a job's process is told, and what it says while it works: lines of JSON on its input and output."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from canonical.store import RunState
from canonical.store.runs import read_problem
from pmohub.config import Configuration
from pmohub.serving.job import JobReport, Stage

STOP = b"stop\n"
"""The one word that a job's process is told once it works: end at the next batch."""
BEGUN, PROGRESSED, ENDED = "begun", "progressed", "ended"


@dataclass(frozen=True, slots=True)
class Order:
    """A job to do: by which configuration (`text` is what its file held), for which connector, within which limits.

    `seconds`: by stage without a sign of progress, and for the whole; `memory_mb`: address space.
    """

    config: Path
    text: str
    connector: str | None
    seconds: Mapping[str, int]
    memory_mb: int

    def line(self) -> bytes:
        """Write it as the first line of the input."""
        return orjson.dumps({**asdict(self), "config": str(self.config)}) + b"\n"

    @classmethod
    def read(cls, line: bytes) -> "Order":
        """Read what `line` wrote."""
        told = orjson.loads(line)
        return cls(**{**told, "config": Path(told["config"])})


def order_for(configuration: Configuration, connector: str | None) -> Order:
    """Give the order for a connector's job, or for judging the portfolio anew."""
    serve = configuration.serve
    seconds = serve.seconds.model_dump()
    memory_mb = serve.memory_mb
    if connector is not None:
        own = configuration.connectors[connector].table.serve
        overrides = {"read": own.read_seconds, "apply": own.apply_seconds, "whole": own.whole_seconds}
        seconds |= {name: value for name, value in overrides.items() if value is not None}
        memory_mb = own.memory_mb or memory_mb
    return Order(configuration.path.resolve(), configuration.source.text, connector, seconds, memory_mb)


def message(kind: str, **facts: Any) -> bytes:
    """Write a line of the output."""
    return orjson.dumps({"kind": kind, **facts}) + b"\n"


def report_document(report: JobReport) -> dict[str, Any]:
    """Write a report as JSON can hold it."""
    return asdict(report)


def read_report(told: Mapping[str, Any]) -> JobReport:
    """Read what `report_document` wrote."""
    problems = [read_problem(problem) for problem in told["problems"]]
    return JobReport(**{**told, "state": RunState(told["state"]), "problems": problems})


def stages() -> list[str]:
    """Name the stages that have a limit of their own."""
    return [stage.value for stage in Stage]

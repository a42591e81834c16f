"""What the log says of jobs: what stands in their way, and how they ended."""

from collections.abc import Iterable

from canonical.logs import bound, logger
from canonical.problems import Problem, Weight
from pmohub.serving.job import FAILED, JobReport, named

log = logger()


def tell(problems: Iterable[Problem], event: str, connector: str | None = None) -> None:
    """Write problems into the log, in words."""
    for problem in problems:
        with bound(**named(connector)):
            log.warning(event, what=problem.what, where=problem.where, next_step=problem.next_step)


def log_end(report: JobReport) -> None:
    """Write into the log how a job ended."""
    facts: dict[str, object] = {**named(report.connector), "state": report.state.value}
    facts |= {"changed": report.changed, "opened": report.opened, **report.outcomes}
    facts["took"] = {stage: round(seconds, 3) for stage, seconds in report.seconds.items()}
    if report.state in FAILED:
        failures = [problem.what for problem in report.problems if problem.weight is Weight.ERROR]
        log.warning("job ended", problem=failures[0] if failures else None, **facts)
    else:
        log.info("job ended", **facts)

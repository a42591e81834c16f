"""What the service has done and how it stands, as Prometheus reads it: no person's name, no value of any tool."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from canonical.problems import ProblemError
from pmohub.composition import Hub
from pmohub.portfolio import connectors, open_by_severity
from pmohub.serving.job import JobReport
from pmohub.serving.standings import standings

SEVERITIES = ("critical", "major", "minor", "info")
PORTFOLIO = "portfolio"


class Serving(Protocol):
    """The service that is at work."""

    @property
    def hub(self) -> Hub:
        """What it goes by."""

    @property
    def queued(self) -> int:
        """How many jobs wait for a worker."""

    @property
    def at_work(self) -> int:
        """How many jobs are under way."""


disable_created_metrics()  # type: ignore[no-untyped-call]  # the library does not say


class Metrics:
    """Counters since the service began; what the store knows is read when somebody asks."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.runs = Counter(
            "pmohub_runs", "Jobs that ended, by connector and how.", ["connector", "state"], registry=self.registry
        )
        self.seconds = Counter(
            "pmohub_stage_seconds",
            "Time taken, by connector and stage.",
            ["connector", "stage"],
            registry=self.registry,
        )
        self.waited = Counter(
            "pmohub_waited_seconds", "Time for which a tool let us wait.", ["connector"], registry=self.registry
        )

    def job_ended(self, report: JobReport) -> None:
        """Count a job."""
        name = report.connector or PORTFOLIO
        self.runs.labels(name, report.state.value).inc()
        for stage, seconds in report.seconds.items():
            self.seconds.labels(name, stage).inc(seconds)
        self.waited.labels(name).inc(report.waited)

    def page(self, service: Serving) -> bytes:
        """Give everything in Prometheus' text format."""
        return self._page(_Now(service))

    def page_without_store(self, service: Serving) -> bytes:
        """Give what is known without the database, and that it is not up."""
        return self._page(_Now(service, with_store=False))

    def _page(self, now: "_Now") -> bytes:
        registry = CollectorRegistry()
        registry.register(now)
        return generate_latest(self.registry) + generate_latest(registry)


class _Now(Collector):
    """How things stand at this moment. Without the database it says that it cannot be reached, and no more."""

    def __init__(self, service: Serving, *, with_store: bool = True) -> None:
        self.service = service
        self.with_store = with_store

    def collect(self) -> Iterable[Metric]:
        service = self.service
        yield _gauge("pmohub_jobs_queued", "Jobs that wait for a worker.", service.queued)
        yield _gauge("pmohub_jobs_running", "Jobs under way.", service.at_work)
        try:
            found = [*self._stored(service.hub.now())] if self.with_store else []
        except (ProblemError, SQLAlchemyError):
            yield _gauge("pmohub_database_up", "Whether the database can be read.", 0)
            return
        yield _gauge("pmohub_database_up", "Whether the database can be read.", float(self.with_store))
        yield from found

    def _stored(self, now: datetime) -> Iterable[Metric]:
        hub = self.service.hub
        age = GaugeMetricFamily(
            "pmohub_last_success_age_seconds", "Time since a connector was last read in full.", labels=["connector"]
        )
        kept = GaugeMetricFamily("pmohub_quarantined", "Records in quarantine.", labels=["connector"])
        for line in connectors(hub.engine, now):
            kept.add_metric([line.id], line.quarantined)
            if line.last_success_at is not None:
                age.add_metric([line.id], (now - line.last_success_at).total_seconds())
        overdue = GaugeMetricFamily("pmohub_connector_overdue", "Whether a run is overdue.", labels=["connector"])
        failures = GaugeMetricFamily("pmohub_failures_in_a_row", "Failed runs up to now.", labels=["connector"])
        for name, found in standings(hub, now):
            if found is not None:
                overdue.add_metric([name], float(found.is_overdue(now)))
                failures.add_metric([name], found.failures)
        open_ones = GaugeMetricFamily("pmohub_deviations_open", "Deviations open, by severity.", labels=["severity"])
        counted = open_by_severity(hub.engine)
        for severity in SEVERITIES:
            open_ones.add_metric([severity], counted.get(severity, 0))
        yield from (age, kept, overdue, failures, open_ones)


def _gauge(name: str, about: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, about, value=value)

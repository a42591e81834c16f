"""What the service answers on HTTP: how it is, for watchdogs, and metrics, for Prometheus. Nothing of the portfolio."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import uvicorn
from fastapi import FastAPI
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError

from canonical.problems import ConfigurationError, Problem, ProblemError
from pmohub.serving.service import Service
from pmohub.serving.standings import standings

STILL = 30
"""Seconds without a tick of the clock after which it counts as standing still."""
ANSWER_SECONDS = 5
"""How long the database may take for an answer; watchdogs give up after ten."""
Answer = TypeVar("Answer")


def application(service: Service) -> FastAPI:
    """Make the application."""
    app = FastAPI(title="pmohub", docs_url=None, redoc_url=None, openapi_url=None)
    store = ThreadPoolExecutor(1, thread_name_prefix="http store")

    @app.get("/healthz")
    def healthz() -> JSONResponse:
        found = health(service, store)
        return JSONResponse(found, status_code=200 if found["healthy"] else 503)

    @app.get("/metrics")
    def metrics() -> Response:
        page = _in_time(store, lambda: service.metrics.page(service))
        return Response(page or service.metrics.page_without_store(service), media_type=CONTENT_TYPE_LATEST)

    return app


def health(service: Service, store: Executor) -> dict[str, object]:
    """Say whether the database can be read, the clock ticks, and every connector has its turn.

    `store`: where the database is asked; one that gives no answer must not keep this one waiting.
    """
    now = service.hub.now()
    ticking = time.monotonic() - service.ticked_at < STILL
    clock = "ticking" if ticking else "standing still"
    try:
        found = _in_time(store, lambda: [(name, one) for name, one in standings(service.hub, now) if one is not None])
    except (ProblemError, SQLAlchemyError):
        return {"healthy": False, "database": "not readable", "clock": clock}
    if found is None:
        return {"healthy": False, "database": "gives no answer", "clock": clock}
    overdue = [name for name, one in found if one.is_overdue(now) and not service.is_busy(name)]
    return {
        "healthy": ticking and not overdue,
        "database": "readable",
        "clock": clock,
        "overdue": overdue,
        "failing": {name: one.failures for name, one in found if one.failures},
        "jobs": {"queued": service.queued, "running": service.at_work},
    }


def _in_time(store: Executor, ask: Callable[[], Answer]) -> Answer | None:
    """Ask the database, one question at a time; None when it gives no answer in time."""
    asked = store.submit(ask)
    try:
        return asked.result(timeout=ANSWER_SECONDS)
    except TimeoutError:
        asked.cancel()
        return None


@contextmanager
def answering(service: Service) -> Iterator[str]:
    """Answer while the block runs; give the address, empty when none is configured.

    Raises:
        ConfigurationError: the address cannot be had.
    """
    address = service.configuration.serve.address
    if not address:
        yield ""
        return
    listener = _listener(service)
    config = uvicorn.Config(application(service), log_config=None, access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="http")
    thread.start()
    host, port = listener.getsockname()[:2]
    try:
        yield f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def _listener(service: Service) -> socket.socket:
    configuration = service.configuration
    host, _, port = configuration.serve.address.rpartition(":")
    host = host.strip("[]")
    try:
        return socket.create_server((host, int(port)), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise ConfigurationError(
            Problem(
                what=f"{configuration.serve.address} cannot be had: {(error.strerror or 'refused').lower()}",
                where=configuration.source.where(("serve", "address")),
                not_done="The service was not started.",
                next_step='Name another, such as "127.0.0.1:8766", or end what answers there; "" answers nowhere.',
            )
        ) from error

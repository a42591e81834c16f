"""What the service answers on HTTP: how it is, for watchdogs, and metrics, for Prometheus. Nothing of the portfolio."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

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


def application(service: Service) -> FastAPI:
    """Make the application."""
    app = FastAPI(title="pmohub", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/healthz")
    def healthz() -> JSONResponse:
        found = health(service)
        return JSONResponse(found, status_code=200 if found["healthy"] else 503)

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(service.metrics.page(service), media_type=CONTENT_TYPE_LATEST)

    return app


def health(service: Service) -> dict[str, object]:
    """Say whether the database can be read, the clock ticks, and every connector has its turn."""
    now = service.hub.now()
    ticking = time.monotonic() - service.ticked_at < STILL
    try:
        found = [(name, one) for name, one in standings(service.hub, now) if one is not None]
    except (ProblemError, SQLAlchemyError):
        return {"healthy": False, "database": "not readable", "clock": "ticking" if ticking else "standing still"}
    overdue = [name for name, one in found if one.is_overdue(now) and not service.is_busy(name)]
    return {
        "healthy": ticking and not overdue,
        "database": "readable",
        "clock": "ticking" if ticking else "standing still",
        "overdue": overdue,
        "failing": {name: one.failures for name, one in found if one.failures},
        "jobs": {"queued": service.queued, "running": service.at_work},
    }


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

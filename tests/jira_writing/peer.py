"""A Data Center written by others, `jira820`, on loopback, and a writer to it."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import uvicorn
from jira820.config import Config
from jira820.server import make_app

from connectors.base import ConnectorContext
from connectors.jira.config import JiraOptions
from connectors.jira.writer import JiraWriter


@contextmanager
def running() -> Iterator[str]:
    """Run the server in a thread; give its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)
        app = make_app(config=Config(base_date=date(2026, 1, 5)))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            while not server.started:
                time.sleep(0.005)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def writer(url: str, folder: Path, **more: object) -> JiraWriter:
    """Make a writer to the server."""
    (folder / "token").write_text("peer-token")
    options = JiraOptions.model_validate({"url": url, "token": {"file": "token"}, **more})
    return JiraWriter(options, ConnectorContext("peer", folder, ZoneInfo("UTC"), folder))

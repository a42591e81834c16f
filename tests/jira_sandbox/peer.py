"""`jira820`, a Jira Data Center 8.20 by others: what a connector takes from our sandbox it must take from theirs, too.

It has one project (JIRA820) of some 360 issues with worklogs, asks for no login, and knows REST v2 and Agile.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import uvicorn
from jira820.config import Config
from jira820.server import make_app

from pmohub.testing.sandbox.loopback import listening

DAY = date(2026, 11, 25)


@contextmanager
def peer(day: date = DAY) -> Iterator[str]:
    """Run it in a thread of this process, on a free port of loopback; give its address."""
    with listening() as listener:
        app = make_app(config=Config(base_date=day))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="jira820")
        thread.start()
        try:
            while not server.started:
                if not thread.is_alive():
                    raise RuntimeError("jira820 did not start")
                time.sleep(0.005)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()

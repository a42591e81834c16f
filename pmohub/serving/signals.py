"""What signals mean to the service: stop in good order, or read the configuration anew."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from pmohub.serving.service import Service


@contextmanager
def handled(service: Service) -> Iterator[None]:
    """Turn SIGTERM, SIGINT and SIGHUP into requests to the service; for the main thread of a process."""

    def stop(_: int, __: FrameType | None) -> None:
        service.ask_to_stop()

    def reload(_: int, __: FrameType | None) -> None:
        service.ask_to_reload()

    wanted = {signal.SIGTERM: stop, signal.SIGINT: stop}
    if hasattr(signal, "SIGHUP"):
        wanted[signal.SIGHUP] = reload
    before = {number: signal.signal(number, handler) for number, handler in wanted.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

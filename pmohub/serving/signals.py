"""What signals ask of the service: stop in good order, or read the configuration anew."""

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType


@dataclass(slots=True)
class Asked:
    """What somebody asked this process for since it began.

    Plain values, for whoever waits to look at: a lock that a handler took may be held by the very code that it broke
    into.
    """

    stop: bool = False
    reload: bool = False

    @contextmanager
    def stops(self) -> Iterator[None]:
        """Turn SIGTERM and SIGINT into a request while the block runs; before, they end the process as they always do.

        For the main thread of a process.
        """

        def ask(_: int, __: FrameType | None) -> None:
            self.stop = True

        with _handling(dict.fromkeys((signal.SIGTERM, signal.SIGINT), ask)):
            yield


@contextmanager
def heard() -> Iterator[Asked]:
    """Turn SIGHUP into a request while the block runs, or it would end a process that has only just begun.

    For the main thread of a process. A system without that signal is asked for nothing.
    """
    asked = Asked()

    def ask(_: int, __: FrameType | None) -> None:
        asked.reload = True

    with _handling({signal.SIGHUP: ask} if hasattr(signal, "SIGHUP") else {}):
        yield asked


@contextmanager
def _handling(wanted: Mapping[signal.Signals, Callable[[int, FrameType | None], None]]) -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number, handler in wanted.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

"""Leads the name of Asana's host to the made-up site, for a program that takes no address.

It is put into the throw-away environment of such a program and runs there when its interpreter starts. `BENCH_PORT`
is the site's port on this machine; nothing of the program itself is changed.
"""

import os
import socket
from typing import Any

HOST = "app.asana.com"
_found = socket.getaddrinfo


def _led(host: Any, port: Any, *more: Any, **named: Any) -> Any:
    if host == HOST:
        return _found("127.0.0.1", int(os.environ["BENCH_PORT"]), *more, **named)
    return _found(host, port, *more, **named)


if "BENCH_PORT" in os.environ:
    socket.getaddrinfo = _led

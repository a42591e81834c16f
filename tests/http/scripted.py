"""A tool on loopback that answers as its script says, and remembers what it was asked."""

import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import trustme


@dataclass
class Reply:
    """One answer; `length` other than the body's breaks it off, `hang_up` gives none, `after` waits first."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None
    hang_up: bool = False
    after: float = 0.0


@dataclass
class Tool:
    url: str
    replies: list[Reply] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    seen: list[Mapping[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    most_at_once: int = 0
    under_way: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self) -> Reply:
        """The last reply is given for ever."""
        with self.lock:
            return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0] if self.replies else Reply()


@contextmanager
def scripted(*replies: Reply, authority: trustme.CA | None = None) -> Iterator[Tool]:
    """With an `authority` it speaks TLS under a certificate of it."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            with tool.lock:
                tool.under_way += 1
                tool.most_at_once = max(tool.most_at_once, tool.under_way)
                tool.asked.append(f"{self.command} {self.path}")
                tool.seen.append(dict(self.headers))
                tool.at.append(time.monotonic())
            tool.bodies.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            reply = tool.next()
            time.sleep(reply.after)
            with tool.lock:
                tool.under_way -= 1
            if reply.hang_up:
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body) if reply.length is None else reply.length))
            self.end_headers()
            self.wfile.write(reply.body)
            self.close_connection = reply.length is not None

        do_GET = do_POST = do_PUT = answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if authority is not None:
        secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(secure)
        server.socket = secure.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that does not trust hangs up
    scheme = "http" if authority is None else "https"
    tool = Tool(f"{scheme}://127.0.0.1:{server.server_address[1]}", list(replies))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield tool
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

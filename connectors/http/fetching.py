"""One request and its answer, bounded in size; what the network does becomes a named error."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from canonical.problems import Problem
from connectors.http.errors import UNREAD, CallError, Passing
from connectors.http.headers import Advice
from connectors.http.site import Site

NOTHING_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
ALONE = Advice(one_endpoint=True)


def fetch(client: httpx.Client, site: Site, request: httpx.Request, call: str) -> tuple[httpx.Response, bytes]:
    """Send a request once, and give its answer with the unpacked body.

    Raises:
        CallError: no whole answer came, or it is larger than may be.
    """
    with _our_errors(site, call):
        response = client.send(request, stream=True)
        try:
            parts, size = [], 0
            for part in response.iter_bytes():
                size += len(part)
                if size > site.largest:
                    raise _too_large(site, call)
                parts.append(part)
        finally:
            response.close()
    return response, b"".join(parts)


@contextmanager
def _our_errors(site: Site, call: str) -> Iterator[None]:
    """The one border where the network's errors become ours."""
    try:
        yield
    except httpx.TransportError as error:
        raise _unanswered(site, call, error) from None
    except httpx.DecodingError:
        raise CallError(
            Problem(
                f"{site.tool} gave an answer that cannot be unpacked.",
                f"{site.where}: {call}",
                UNREAD,
                f"Try again later; look at what stands between pmohub and {site.tool}.",
            ),
            uncertain=True,
        ) from None


def _unanswered(site: Site, call: str, error: httpx.TransportError) -> CallError:
    certificate = _cause(error, ssl.SSLError)
    if certificate is not None:
        why = getattr(certificate, "verify_message", "") or "the connection cannot be secured"
        what = f"{site.tool}'s certificate is not trusted ({why})"
        next_step = "Name the file of the authority that signed it as `ca_bundle`, or have the server's chain mended."
    elif isinstance(error, httpx.ProxyError) or (site.proxy and isinstance(error, httpx.ConnectError)):
        # Behind a proxy it is the proxy that is connected to.
        said = "" if isinstance(error, httpx.ProxyError) else f" ({_why(error)})"
        what = f"The proxy does not let us through to {site.tool}{said}"
        next_step = "Look at `proxy`, or at the environment's HTTPS_PROXY."
    else:
        what = f"{site.tool} cannot be reached ({_why(error)})"
        next_step = "Look at the address and the network; if the tool is down, the next run goes on from here."
    passes = certificate is None and not isinstance(error, httpx.UnsupportedProtocol)
    return CallError(
        Problem(f"{what}.", f"{site.where}: {call}", UNREAD, next_step),
        uncertain=not isinstance(error, NOTHING_SENT),
        passing=Passing(f"{site.tool} gave no answer", ALONE) if passes else None,
    )


def _why(error: httpx.TransportError) -> str:
    if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
        return "no connection in time"
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    reason = _cause(error, OSError)
    if isinstance(error, httpx.ConnectError):
        return (getattr(reason, "strerror", None) or "no connection").lower()
    return "the connection broke off"


def _cause(error: BaseException, kind: type[BaseException]) -> BaseException | None:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, kind):
            return seen
        seen = seen.__cause__ or seen.__context__
    return None


def _too_large(site: Site, call: str) -> CallError:
    return CallError(
        Problem(
            f"{site.tool} gave an answer of more than {site.largest // 2**20} MB.",
            f"{site.where}: {call}",
            UNREAD,
            f"Look at what {site.tool} says at this address.",
        )
    )

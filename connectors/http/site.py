"""Where a tool is and how it is reached: address, credential, certificates, proxy, limits."""

import ssl
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from canonical.discretion import keep_out
from canonical.problems import ConfigurationError, Problem, Weight
from connectors.base import ConnectorContext
from connectors.options import ServiceOptions
from connectors.secrets import Secret

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class Site:
    """A tool as a session reaches it.

    `tool` is its name in messages; `where` is the connector's id, which problems point to. `authorization` is
    the whole header, credential and all. Seconds: `connecting` until
    a connection stands, `answering` between two pieces of an answer, `patience` that one run waits in all for a tool
    that is busy, limits or is away. `largest` is the most bytes of one answer, unpacked. `per_minute`: for a tool that
    counts so, in place of `per_second`.
    """

    tool: str
    where: str
    url: str
    authorization: str | None = field(default=None, repr=False)
    ca_bundle: Path | None = None
    proxy: str | None = field(default=None, repr=False)
    at_once: int = 6
    per_second: int = 50
    per_minute: int | None = None
    connecting: float = 10.0
    answering: float = 90.0
    patience: float = 900.0
    largest: int = 128 * 1024 * 1024

    def __post_init__(self) -> None:
        if self.authorization:
            # Basic hides the token in base64: neither that nor what the header says as a whole may be told.
            keep_out(self.authorization)
            keep_out(self.authorization.rpartition(" ")[2])
        if self.proxy:
            keep_out(self.proxy)
            if password := urlsplit(self.proxy).password:
                keep_out(password)

    @property
    def base(self) -> str:
        """The address without a slash at its end."""
        return self.url.rstrip("/")

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port: where the credential may go, and nowhere else."""
        return origin_of(self.url)

    @property
    def pace(self) -> tuple[int, int, str]:
        """How many requests may begin in how many milliseconds, and that limit in words."""
        if self.per_minute is None:
            return self.per_second, 1000, f"{self.per_second} requests in a second"
        return self.per_minute, 60_000, f"{self.per_minute:,} requests in a minute"

    @property
    def credential(self) -> str:
        """A name for who asks whom, by which limits are shared; it does not tell the credential."""
        return sha256(f"{self.base}\n{self.authorization}".encode()).hexdigest()

    def trust(self) -> ssl.SSLContext | bool:
        """Give the authorities to trust: those of the bundle, or the public ones.

        Raises:
            ConfigurationError: the bundle cannot be read.
        """
        if self.ca_bundle is None:
            return True
        try:
            return ssl.create_default_context(cafile=str(self.ca_bundle))
        except (OSError, ssl.SSLError) as error:
            reason = "it holds no certificate" if isinstance(error, ssl.SSLError) else error.strerror or "it failed"
            raise ConfigurationError(
                Problem(
                    f"The file of authorities cannot be read ({reason.lower()}).",
                    f"{self.where}: ca_bundle = {self.ca_bundle}",
                    "Nothing was asked of the tool.",
                    "Name a PEM file with the certificate of the authority that signed the server's.",
                )
            ) from None


def origin_of(url: str) -> tuple[str, str, int]:
    """Give scheme, host and port of an address."""
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").lower(), parts.port or (443 if scheme == "https" else 80)


def site_at(
    tool: str,
    options: ServiceOptions,
    context: ConnectorContext,
    authorization: str,
    *,
    per_second: int = 50,
    per_minute: int | None = None,
) -> Site:
    """Say how the tool of a configuration is reached, with its credential.

    Raises:
        ConfigurationError: the proxy's address is kept elsewhere and is not there.
    """
    proxy = options.proxy
    if isinstance(proxy, Secret):
        proxy = proxy.read(context.folder, where=f"{context.id}: proxy")
    return Site(
        tool,
        context.id,
        str(options.url),
        authorization,
        ca_bundle=None if options.ca_bundle is None else context.folder / options.ca_bundle,
        proxy=proxy,
        at_once=options.requests_at_once,
        per_second=per_second,
        per_minute=per_minute,
        patience=float(options.patience),
    )


def unprotected(options: ServiceOptions, context: ConnectorContext) -> Problem | None:
    """Say that the credential goes over the network for all to read; None where it does not."""
    address = urlsplit(str(options.url))
    if address.scheme != "http" or address.hostname in LOOPBACK:
        return None
    return Problem(
        "The token goes over the network unprotected.",
        f"{context.id}: url",
        "Whoever listens can read it.",
        "Write https.",
        Weight.WARNING,
    )

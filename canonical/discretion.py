"""Secrets that were read are kept out of whatever people or files are told: lines, problems, reasons, raw records."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

HIDDEN = "[secret]"
TELLING = ("pass", "token", "secret", "key")
_secrets: tuple[str, ...] = ()


def keep_out(secret: str) -> None:
    """Never tell this text from now on; of an address, neither the password in it, as typed and as meant."""
    global _secrets  # noqa: PLW0603  # replaced whole, for another thread may be telling something
    # The longest first: of one that begins like another, the end would be left.
    _secrets = tuple(sorted({*_secrets, secret, *_parts(secret)}, key=len, reverse=True))


def harmless(value: Any) -> Any:
    """Give a text, or what is made of texts, without any secret that was read."""
    if not _secrets or isinstance(value, bool | int | float | None):
        return value
    if isinstance(value, str):
        for secret in _secrets:
            value = value.replace(secret, HIDDEN)
        return value
    if isinstance(value, dict):
        return {harmless(name): harmless(part) for name, part in value.items()}
    if isinstance(value, list):
        return [harmless(part) for part in value]
    return tuple(map(harmless, value)) if isinstance(value, tuple) else value


def _parts(secret: str) -> set[str]:
    """Give the passwords in an address; one that is also its user's or database's name would hide those names."""
    if "://" not in secret:
        return set()
    try:
        address = urlsplit(secret)
        named = {address.username, address.hostname, address.path.strip("/")}
        typed = {address.password or ""}
    except ValueError:  # no address after all
        return set()
    typed |= {value for name, value in parse_qsl(address.query) if any(word in name.lower() for word in TELLING)}
    return {form for password in typed for form in (password, unquote(password)) if form} - named

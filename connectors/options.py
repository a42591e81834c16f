"""What the options of connectors have in common."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, HttpUrl, field_validator

from canonical.vocabulary import FieldType
from connectors.secrets import Secret


class Options(BaseModel):
    """Unknown keys are refused, or a misspelt one would be silently without effect; no error repeats a value."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def short_for(key: str) -> BeforeValidator:
    """Let a text alone stand for a table in which it is this key: `"Sponsor"` for `{ name = "Sponsor" }`."""
    return BeforeValidator(lambda written: {key: written} if isinstance(written, str) else written)


class OwnField(Options):
    """A field of the tool of your own choice, by its name or its id: two fields may have one name, an id has one."""

    name: str = Field(min_length=1, description="The field's name in the tool, or its id.")
    type: FieldType | None = Field(
        default=None,
        description="What it holds: text, number, date or yes_no. Without: what the tool says that it holds.",
    )


class ServiceOptions(Options):
    """What every tool has that is asked over HTTP. The token is named, never written here."""

    url: HttpUrl = Field(description="The address at which it answers.")
    token: Secret = Field(description="Where the token is kept: { env = ... }, { file = ... } or { command = [...] }.")
    token_expires: date | None = Field(
        default=None,
        description="The day on which the token ends, as the tool showed it when it was made; the admin is told in "
        "time.",
    )
    ca_bundle: str | None = Field(
        default=None, description="A file of the authorities to trust instead of the public ones, for a server inside."
    )
    proxy: str | Secret | None = Field(
        default=None,
        description="The proxy to go through; without, what the environment says. One with a password is named like "
        'the token: { env = "OUR_PROXY" } holds the whole address.',
    )
    requests_at_once: Annotated[int, Field(ge=1, le=16)] = Field(
        default=6, description="The most requests under way at a time; fewer where the tool asks to slow down."
    )
    patience: Annotated[int, Field(ge=1, le=7200)] = Field(
        default=900,
        description="The most seconds that one run waits in all while the tool limits, is busy or is away; the next "
        "run goes on from there.",
    )

    @field_validator("url")
    @classmethod
    def _no_secret(cls, url: HttpUrl) -> HttpUrl:
        if url.username or url.password:
            # The address stands in pages, messages and the database.
            message = "an address holds no user and no password: the credential is named by `token`"
            raise ValueError(message)
        return url

    @field_validator("proxy")
    @classmethod
    def _no_password(cls, proxy: str | Secret | None) -> str | Secret | None:
        if isinstance(proxy, str) and "@" in proxy:
            message = 'a proxy\'s user and password do not stand here: keep the whole address in { env = "OUR_PROXY" }'
            raise ValueError(message)
        return proxy

    def credential_ends(self, zone: tzinfo) -> datetime | None:
        """Say when the token ends: with the end of its last day in `zone`."""
        if self.token_expires is None:
            return None
        return datetime.combine(self.token_expires + timedelta(days=1), time(), zone).astimezone(UTC)

"""What the options of every connector have in common."""

from pydantic import BaseModel, BeforeValidator, ConfigDict


class Options(BaseModel):
    """Unknown keys are refused, or a misspelt one would be silently without effect; no error repeats a value."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def short_for(key: str) -> BeforeValidator:
    """Let a text alone stand for a table in which it is this key: `"Sponsor"` for `{ name = "Sponsor" }`."""
    return BeforeValidator(lambda written: {key: written} if isinstance(written, str) else written)

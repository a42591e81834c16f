"""What every table of config.toml has in common."""

from pydantic import BaseModel, ConfigDict


class Table(BaseModel):
    """A table of the configuration: nothing unknown is let through, nothing is changed after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, hide_input_in_errors=True)

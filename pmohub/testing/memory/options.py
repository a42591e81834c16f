"""What an admin may set for a memory connector."""

from datetime import timedelta

from pydantic import Field

from connectors.options import Options


class MemoryOptions(Options):
    """What an admin may set: which registered tool, how much a page holds, how far the tool's clock may lag.

    `history`: report what the tool's own history tells. `without`: projects that are not read.
    """

    tool: str
    page_size: int = Field(default=100, ge=1)
    lag: timedelta = timedelta(0)
    history: bool = False
    without: frozenset[str] = frozenset()

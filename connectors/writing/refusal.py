"""Why something was not sent or cannot be read, in words."""

from canonical.problems import Problem
from connectors.base import CurrentValue, Target


class RefusedError(Exception):
    """Nothing was sent; the text is the reason. `later`: the reason passes by itself."""

    def __init__(self, words: str, *, later: bool = False) -> None:
        super().__init__(words)
        self.words = words
        self.later = later


def unread(tool: str, target: Target, refusal: RefusedError) -> CurrentValue:
    """Say that what a target holds is not known, and why."""
    problem = Problem(
        f"{target.field} could not be read: {refusal.words}.",
        f"{target.entity} {target.external_id}, {target.carrier}",
        "What it holds now is not known.",
        f"Look at the item in {tool}, and at what the account may see.",
    )
    return CurrentValue(target, None, problem)

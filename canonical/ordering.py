"""The order in which people look things up."""

import re

NUMBER = re.compile(r"([0-9]+)")


def natural(text: str) -> list[tuple[int, str]]:
    """Order keys and places as people do, the numbers in them by their value: P-2 before P-10, row 2 before row 10."""
    parts = NUMBER.split(text)
    return [(int(part), "") if at % 2 else (0, part) for at, part in enumerate(parts)]

"""Faults of the program, told without the error's own words, which may hold anything."""

from pathlib import Path
from traceback import extract_tb


def place_of(error: Exception) -> str:
    """Say in which line of which file it happened."""
    frames = extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""

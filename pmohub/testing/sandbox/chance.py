"""Chance that can be asked again: what it says of an issue depends on the seed and the issue alone."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

Item = TypeVar("Item")


def draws(seed: int, kind: bytes, number: int) -> bytes:
    """Give 64 independent draws, each from 0 to 255, for the thing of that kind (at most 16 bytes) and number."""
    told = seed.to_bytes(8, "little", signed=True) + number.to_bytes(8, "little")
    return blake2b(told, digest_size=64, person=kind).digest()


def pick(items: Sequence[Item], draw: int) -> Item:
    """Give the item that a draw falls on; all are as likely where there are few."""
    return items[draw % len(items)]

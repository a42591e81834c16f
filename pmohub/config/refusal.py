"""How a validator of the configuration refuses a value: with a reason and a remedy."""

from typing import NoReturn

from pydantic_core import PydanticCustomError


def refuse(message: str, next_step: str) -> NoReturn:
    """Raise pydantic's error with the remedy beside it; `complaints` shows both."""
    raise PydanticCustomError("refused", "{reason}", {"reason": message, "next": next_step})

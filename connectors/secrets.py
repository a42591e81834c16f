"""Secrets by reference: the configuration says where a secret is, never what it is.

A connector's options hold a `Secret`; its value is read again at each run, so that a rotated token needs no restart.
"""

import os
import subprocess
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

from canonical.discretion import keep_out
from canonical.problems import ConfigurationError, Problem

COMMAND_SECONDS = 30


class Secret(BaseModel):
    """Exactly one of an environment variable, a file (its first line) or a command (the first line that it prints)."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    env: str | None = None
    file: str | None = None
    command: tuple[str, ...] | None = None

    @model_validator(mode="before")
    @classmethod
    def _never_the_secret_itself(cls, value: Any) -> Any:
        if isinstance(value, Secret | dict):
            return value
        raise PydanticCustomError("plain_secret", "A secret may not stand in the configuration itself.")

    @model_validator(mode="after")
    def _one_source(self) -> "Secret":
        if [self.env, self.file, self.command].count(None) != 2 or self.command == ():
            raise PydanticCustomError("secret_source", "A secret is named by exactly one of env, file and command.")
        return self

    def __str__(self) -> str:
        """Say where the secret is kept."""
        if self.env is not None:
            return f"environment variable {self.env}"
        return f"file {self.file}" if self.file is not None else f"command {(self.command or ('',))[0]}"

    def read(self, folder: Path, *, where: str) -> str:
        """Give the secret as it is now; `where` names the option that refers to it.

        Raises:
            ConfigurationError: there is none; the message never holds the secret, nor what the command printed.
        """
        value, reason = self._look_up(folder)
        if value:
            keep_out(value)
            return value
        raise ConfigurationError(
            Problem(
                what=f"The secret is not there: {reason}",
                where=where,
                not_done="Nothing was read or written.",
                next_step=f"Put the secret into the {self}, then run the command again.",
            )
        )

    def _look_up(self, folder: Path) -> tuple[str, str]:
        if self.env is not None:
            return os.environ.get(self.env, "").strip(), f"{self.env} is not set, or is empty"
        if self.file is not None:
            try:
                lines = (folder / self.file).expanduser().read_text(encoding="utf-8").splitlines()
            except (OSError, UnicodeDecodeError) as error:
                return "", f"{self.file} cannot be read ({_reason(error)})"
            return (lines[0].strip() if lines else ""), f"{self.file} is empty"
        return self._run(folder)

    def _run(self, folder: Path) -> tuple[str, str]:
        command = self.command or ()
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, timeout=COMMAND_SECONDS, check=False)  # noqa: S603  # the admin's own command, never through a shell
        except (OSError, subprocess.TimeoutExpired) as error:
            return "", f"{command[0]} could not be run ({_reason(error)})"
        lines = done.stdout.decode(errors="replace").splitlines()
        if done.returncode:
            return "", f"{command[0]} ended with {done.returncode}"
        return (lines[0].strip() if lines else ""), f"{command[0]} printed nothing"


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return (error.strerror or "it failed").lower()
    return "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else f"no answer in {COMMAND_SECONDS} s"

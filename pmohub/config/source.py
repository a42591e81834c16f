"""The text of a configuration: its values, and the place and excerpt that a message shows."""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from canonical.problems import ConfigurationError, Problem
from canonical.toml_places import KeyPath, Place, Spot, find_places

SECRET_NAME = re.compile(r"token|password|passwd|secret|api_?key|credential", re.IGNORECASE)
SECRET_LINE = re.compile(r"^(\s*[^=#]*=\s*)\S.*$")
REFERENCE = re.compile(r"""\{\s*(env|file)\s*=\s*("[^"]*"|'[^']*')\s*\}\s*(#.*)?$""")
SECRET_IN_ADDRESS = re.compile(r"(://[^\s:/@\"']*:)[^\s\"']*@")
SECRET_IN_OPTION = re.compile(r"([?&]\w*(?:password|token|secret|key)=)[^\s&\"']*", re.IGNORECASE)
AT_PLACE = re.compile(r"^(.*) \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Source:
    """A TOML file as it was read: `name` is how messages call it, `data` what tomllib makes of it."""

    name: str
    text: str
    data: dict[str, Any] = field(repr=False)
    spots: dict[KeyPath, Spot]

    def where(self, path: KeyPath) -> str:
        """Give file, line and key: `config.toml:14, connectors.eng-jira.kind`."""
        spot = self._spot(path)
        at = f"{self.name}:{spot.key.line}" if spot else self.name
        return f"{at}, {dotted(path)}" if path else at

    def line_of(self, where: str) -> int:
        """Give the line that `where` has named, 0 for none: the order in which messages are shown."""
        match = re.match(r":(\d+)", where.removeprefix(self.name))
        return int(match[1]) if match else 0

    def excerpt(self, path: KeyPath, *, at_value: bool) -> str:
        """Give the line of the key, the one before, and carets under the key or its value; secrets are blotted out."""
        spot = self._spot(path)
        inside_a_secret = any(SECRET_NAME.search(str(part)) for part in path[:-1])
        if spot is None or inside_a_secret:
            return ""
        return excerpt(self.text, spot.value if at_value and spot.value else spot.key)

    def _spot(self, path: KeyPath) -> Spot | None:
        for length in range(len(path), 0, -1):
            if spot := self.spots.get(path[:length]):
                return spot
        return None


def dotted(path: KeyPath) -> str:
    """Write a key's path as TOML does: parts that are not bare are quoted; numbers in a list are left to the caret."""
    parts = (part for part in path if isinstance(part, str))
    return ".".join(part if re.fullmatch(r"[\w-]+", part) else f'"{part}"' for part in parts)


def excerpt(text: str, place: Place) -> str:
    """Give up to two lines with their numbers and carets under the place."""
    lines = text.splitlines()
    width = len(str(place.line))
    around = range(max(1, place.line - 1), min(place.line, len(lines)) + 1)
    shown = [f"{number:>{width}} │ {blotted(lines[number - 1])}".rstrip() for number in around]
    line = lines[place.line - 1] if place.line <= len(lines) else ""
    carets = place.length if blotted(line) == line else min(place.length, 3)
    indent = "".join("\t" if letter == "\t" else " " for letter in line[: place.column - 1])
    shown.append(f"{' ' * width} │ {indent}{'^' * carets}")
    return "\n".join(shown)


def blotted(line: str) -> str:
    """Hide what looks like a secret, so that no message repeats one."""
    key, _, value = line.partition("=")
    if SECRET_NAME.search(key) and not REFERENCE.match(value.strip()):
        line = SECRET_LINE.sub(r"\1…", line)
    return SECRET_IN_OPTION.sub(r"\1…", SECRET_IN_ADDRESS.sub(r"\1…@", line))


def read_source(path: Path, text: str | None = None) -> Source:
    """Read a TOML file, or the text that it held at an earlier time.

    Raises:
        ConfigurationError: it is not there, cannot be read, is not UTF-8 or is no TOML; the place is exact.
    """
    name = str(path)
    text = _text(path, name) if text is None else text
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(_not_toml(name, text, str(error))) from None
    except RecursionError:
        raise ConfigurationError(
            _broken(name, "It is nested too deeply to be read", "Take some brackets out.")
        ) from None
    return Source(name, text, data, find_places(text))


def _text(path: Path, name: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        raise ConfigurationError(
            Problem(
                what="There is no configuration here yet",
                where=name,
                not_done="Nothing was read or written.",
                next_step="Make one, or name another with --config:",
                commands=("pmohub init", "pmohub init --workbook plan.xlsx"),
            )
        ) from None
    except UnicodeDecodeError as error:
        step = "Save the file as UTF-8."
        raise ConfigurationError(_broken(f"{name}, byte {error.start}", "It is not UTF-8 text", step)) from None
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "no such name is possible"
        step = "Name a file that may be read."
        raise ConfigurationError(_broken(name, f"It cannot be read: {reason.lower()}", step)) from None


def _broken(where: str, what: str, next_step: str) -> Problem:
    return Problem(what=what, where=where, not_done="Nothing was read or written.", next_step=next_step)


def _not_toml(name: str, text: str, message: str) -> Problem:
    match = AT_PLACE.match(message)
    reason = match[1] if match else message
    if match and match[2]:
        line, column = int(match[2]), int(match[3])
    else:
        line, column = max(1, len(text.splitlines())), 1
    return Problem(
        what=f"This is no TOML: {_without_values(reason)}",
        where=f"{name}:{line}",
        not_done="Nothing was read or written.",
        next_step="Mend the line: text stands in quotes, a table is [name], a value is name = value.",
        excerpt=excerpt(text, Place(line, column, 1)),
    )


def _without_values(reason: str) -> str:
    """Keep the keys that tomllib names in brackets, hide what else it quotes: that may be a secret."""
    reason = reason[:1].lower() + reason[1:]
    if keys := re.search(r"\(('[^)]*)\)", reason):
        return reason.replace(keys[0], "[" + ".".join(re.findall(r"'([^']*)'", keys[1])) + "]")
    return re.sub(r"'\S{4,}'", "what stands there", reason)

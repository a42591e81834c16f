"""A kind of connector with a secret and nested options, so that the configuration is tested without any tool."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

from canonical.vocabulary import EntityKind, FieldType
from connectors.base import ConnectorContext, CustomField, Reader, Writer
from connectors.secrets import Secret
from pmohub.config import Reading, inspect


class ColumnOptions(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    unit: str = "h"


class ToolOptions(BaseModel):
    model_config = ConfigDict(extra="forbid")

    url: str = "https://tool.example.com"
    token: Secret | None = None
    retries: int = 3
    columns: dict[str, str | ColumnOptions] = {}
    fields: dict[str, FieldType] = {}

    def declared(self) -> list[CustomField]:
        return [CustomField(EntityKind.TASK, name, one, ("fields", name)) for name, one in self.fields.items()]


class ToolKind:
    name = "tool"
    options = ToolOptions

    def custom_fields(self, options: ToolOptions) -> Sequence[CustomField]:
        return options.declared()

    def reader(self, options: ToolOptions, context: ConnectorContext) -> Reader:
        raise NotImplementedError

    def writer(self, options: ToolOptions, context: ConnectorContext) -> Writer:
        raise NotImplementedError


KINDS: dict[str, Any] = {"tool": ToolKind()}


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Reading]:
    monkeypatch.chdir(tmp_path)

    def write_and_read(text: str) -> Reading:
        Path("config.toml").write_text(text, encoding="utf-8")
        return inspect(Path("config.toml"), KINDS)

    return write_and_read

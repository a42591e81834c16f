"""A writer to the Data Center by others, `jira820`."""

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from connectors.base import ConnectorContext
from connectors.jira.config import JiraOptions
from connectors.jira.writer import JiraWriter

MONDAY = date(2026, 1, 5)


def writer(url: str, folder: Path, **more: object) -> JiraWriter:
    """Make a writer to the server."""
    (folder / "token").write_text("peer-token")
    options = JiraOptions.model_validate({"url": url, "token": {"file": "token"}, **more})
    return JiraWriter(options, ConnectorContext("peer", folder, ZoneInfo("UTC"), folder))

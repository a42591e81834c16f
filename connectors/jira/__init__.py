"""The Jira connector: Cloud (REST v3) and Data Center or Server (REST v2), read incrementally, written with care."""

from connectors.jira.kind import KIND

__all__ = ["KIND"]

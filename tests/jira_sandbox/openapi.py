"""Atlassian's documents, where they are present."""

from functools import cache

import orjson

from tests.documents.openapi import Document, specs


@cache
def cloud() -> Document | None:
    file = specs() / "jira-cloud-v3.openapi.json"
    return Document(orjson.loads(file.read_bytes()), "") if file.is_file() else None


@cache
def server() -> Document | None:
    file = specs() / "jira-server-7.6.1-v2.openapi.json"
    return Document(orjson.loads(file.read_bytes()), "/rest") if file.is_file() else None

"""Fixtures for whoever talks to a Jira. A folder's conftest imports those that it wants."""

from collections.abc import Iterator

import pytest

from tests.documents.openapi import specs
from tests.jira_sandbox import openapi
from tests.jira_sandbox.peer import peer
from tests.jira_sandbox.recording import Recorder


@pytest.fixture
def validated() -> Iterator[Recorder]:
    """A layer for `running(..., around=validated)`: the test fails if anything said breaks the vendor's document."""
    if openapi.cloud() is None or openapi.server() is None:
        pytest.skip(f"the vendor's documents are not in {specs()} (PMOHUB_SPECS names another folder)")
    recorder = Recorder()
    yield recorder
    faults = recorder.faults()
    assert not faults, "\n".join(faults)


@pytest.fixture(scope="session")
def jira820() -> Iterator[str]:
    """The address of a Jira Data Center 8.20 by others; what one test writes, the next one reads."""
    with peer() as url:
        yield url

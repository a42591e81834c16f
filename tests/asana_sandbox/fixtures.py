"""Fixtures for whoever talks to an Asana. A folder's conftest imports those that it wants."""

from collections.abc import Iterator

import pytest

from tests.asana_sandbox.recording import Recorder, document
from tests.documents.openapi import specs


@pytest.fixture
def validated() -> Iterator[Recorder]:
    """A layer for `running(..., around=validated)`: the test fails if anything said breaks Asana's document."""
    if document() is None:
        pytest.skip(f"Asana's document is not in {specs()} (PMOHUB_SPECS names another folder)")
    recorder = Recorder()
    yield recorder
    faults = recorder.faults()
    assert not faults, "\n".join(faults)

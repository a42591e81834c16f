"""Three minutes of the soak in each run of all tests; `make soak` gives it as long as one likes."""

from collections.abc import Callable
from pathlib import Path
from random import SystemRandom

import pytest

from tests.soak.soak import PLANTED, soak

pytestmark = pytest.mark.long


def test_after_edits_faults_and_kills_files_journal_and_store_agree(
    tmp_path: Path, tell: Callable[[str], None]
) -> None:
    seed = SystemRandom().randrange(1_000_000)
    done = soak(tmp_path, seed, 180)
    counts = ", ".join(f"{count} {what}" for what, count in sorted(done.told.items()))
    tell(f"seed {seed}; {counts}")
    assert done.faults == [], f"python -m tests.soak --seed {seed}"


def test_what_a_faulty_hub_would_do_is_found(tmp_path: Path) -> None:
    faults = "\n".join(soak(tmp_path, 1, 5, planted=PLANTED).faults)
    for words in ("a team's edit is lost", "a write is lost", "in the files alone"):
        assert words in faults

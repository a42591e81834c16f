"""How thoroughly the harnesses try one step after the other."""

import os

import pytest

EVERY = int(os.environ.get("PMOHUB_EVERY", "7"))
"""Every so many steps: seven within the time that `make test-all` has; `PMOHUB_EVERY=1` leaves none out."""

THIRDS = pytest.mark.parametrize("first", [1, *(pytest.param(first, marks=pytest.mark.long) for first in (2, 3))])
"""Every third step, from the first one on, within `make test`; `make test-all` adds the others: all are tried."""

"""How thoroughly the long harnesses try one step after the other."""

import os

EVERY = int(os.environ.get("PMOHUB_EVERY", "3"))
"""Every so many steps: three within the time that `make test-all` has; `PMOHUB_EVERY=1` leaves none out."""

"""The only way in: leases, batches with their cursor, quarantine, runs and what is known of each connector."""

from canonical.store.batches import Counts, store_batch
from canonical.store.leases import (
    Holder,
    Lease,
    LeaseLostError,
    acquire,
    clock,
    holder_of,
    release,
    renew,
    require,
)
from canonical.store.plausibility import DeletionLimits
from canonical.store.runs import (
    Run,
    RunKind,
    RunNote,
    RunState,
    ask_cancel,
    begin_run,
    cancel_asked,
    end_run,
    find_runs,
    mark_lost,
    note_run,
    recent_runs,
)

__all__ = [
    "Counts",
    "DeletionLimits",
    "Holder",
    "Lease",
    "LeaseLostError",
    "Run",
    "RunKind",
    "RunNote",
    "RunState",
    "acquire",
    "ask_cancel",
    "begin_run",
    "cancel_asked",
    "clock",
    "end_run",
    "find_runs",
    "holder_of",
    "mark_lost",
    "note_run",
    "recent_runs",
    "release",
    "renew",
    "require",
    "store_batch",
]

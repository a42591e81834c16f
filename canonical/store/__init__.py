"""The only way in: leases, batches with their cursor, quarantine, runs and what is known of each connector."""

from canonical.store.batches import Counts, store_batch
from canonical.store.leases import Lease, LeaseLostError, acquire, clock, release, renew, require

__all__ = ["Counts", "Lease", "LeaseLostError", "acquire", "clock", "release", "renew", "require", "store_batch"]

"""The tables of the store, the same on SQLite and PostgreSQL.

`entities` holds what the tools say and what the PMO sees of it, `operations` runs, leases, quarantine and history,
`governance` standards' verdicts, deviations and waivers, `writing` plans and write-backs, `names` identities.
"""

from canonical.schema import entities, governance, names, operations, writing
from canonical.schema.columns import metadata

__all__ = ["entities", "governance", "metadata", "names", "operations", "writing"]

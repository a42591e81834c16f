"""The Asana connector: workspaces of one account, read incrementally, written with care.

`config` is what an admin writes, `kind` what the entry point names, `reader` and `writer` are the contract's two sides;
`opening` logs in for both, `targets` says where a value that may be written is, and reads it. `client/` asks Asana;
`mapping/` makes records of its answers and is pure; `pulling/` reads everything, then what changed, then by the census
what is gone; `setup/` is for `pmohub check` and `discover`; `writing/` prepares and sends.
"""

from connectors.asana.kind import KIND

__all__ = ["KIND"]

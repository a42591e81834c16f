"""How much memory a process has needed."""

import sys


def peak_memory() -> int | None:
    """Give the most bytes that this process or one of its ended children held at once; None where nobody counts."""
    if sys.platform == "win32":
        return None
    import resource  # noqa: PLC0415  # there is no such module on Windows

    unit = 1 if sys.platform == "darwin" else 1024
    return unit * max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))

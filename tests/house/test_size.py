"""Readable code has a short tail: few long functions, no god files. The exception list only shrinks."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARTS = ("canonical", "connectors", "rules", "sync", "pmohub", "tests", "benchmarks")
LONG_FUNCTION, LONGEST_FUNCTION = 40, 70
LONG_FILE, LONGEST_FILE = 350, 500
SHARE_WITHIN = 0.95
EXCEPTIONS: frozenset[str] = frozenset()


def sources() -> list[Path]:
    found = [path for part in PARTS for path in (ROOT / part).rglob("*.py")]
    return [path for path in found if "versions" not in path.parts and str(path.relative_to(ROOT)) not in EXCEPTIONS]


def functions(path: Path) -> list[tuple[str, int]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        (f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_functions_are_short() -> None:
    lengths = [entry for path in sources() for entry in functions(path)]
    too_long = [f"{name}: {length} lines" for name, length in lengths if length > LONGEST_FUNCTION]
    assert not too_long
    long = [f"{name}: {length} lines" for name, length in lengths if length > LONG_FUNCTION]
    assert len(long) <= (1 - SHARE_WITHIN) * len(lengths), long


def test_files_are_short() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    too_long = {name: length for name, length in lengths.items() if length > LONGEST_FILE}
    assert not too_long
    long = {name: length for name, length in lengths.items() if length > LONG_FILE}
    assert len(long) <= (1 - SHARE_WITHIN) * len(lengths), long

"""What to tell of a cell that was written."""

import io
from collections import defaultdict

from connectors.spreadsheet.writing.trial import Trial
from connectors.spreadsheet.xlsx.dependents import count_dependents
from connectors.spreadsheet.xlsx.package import Package
from connectors.spreadsheet.xlsx.refusal import RefusedError


def dependents_noted(trial: Trial) -> list[str]:
    """Note on each accepted change a hidden row, a placeholder that it replaced, formulas with their old result."""
    places: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for each in trial.accepted:
        places[each.located.sheet].add((each.located.row, each.located.column))
    counts = None
    if trial.patched is not None and trial.patched.startswith(b"PK"):
        try:
            with Package(io.BytesIO(trial.patched)) as package:
                counts = count_dependents(package, places)
        except RefusedError:
            counts = None
    notes = []
    for each in trial.accepted:
        at = each.located
        count = counts[at.sheet.casefold(), at.row, at.column] if counts else 0
        formulas = f"{count} formula{'s use' if count > 1 else ' uses'} the cell and keep{'' if count > 1 else 's'}"
        kept = [f"{formulas} the old result until a spreadsheet program calculates the file"] if count else []
        held = [f"it held “{at.placeholder}”, which counts as empty"] if at.placeholder else []
        notes.append("; ".join([*([each.note] if each.note else []), *held, *kept]))
    return notes

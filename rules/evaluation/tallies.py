"""From how many items have which text of verdicts to how many have which verdict on which rule."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from rules.evaluation.bundles import Bundle
from rules.evaluation.codes import Meaning
from rules.evaluation.prepared import FROZEN

WORDS = ("passes", "deviates", "unknown", "not_applicable")
Tallies: TypeAlias = Mapping[str, Sequence[tuple[Meaning, int]]]
"""How many items of one project have which verdicts, by rule."""


def tallied(rows: Iterable[Any], bundles: Sequence[Bundle]) -> Tallies:
    """Take apart rows of project, bundle, verdicts and number, all of one project."""
    numbers: dict[str, list[dict[str, int]]] = {bundle.name: [{} for _ in bundle.checks] for bundle in bundles}
    for _, name, verdicts, number in rows:
        for own, code in zip(numbers[name], verdicts, strict=True):
            own[code] = own.get(code, 0) + number
    result: dict[str, list[tuple[Meaning, int]]] = {}
    for bundle in bundles:
        for check, own in zip(bundle.checks, numbers[bundle.name], strict=True):
            if own:
                told = result.setdefault(check.rule_id, [])
                told += [(check.codes.meaning(code), number) for code, number in own.items()]
    return result


def rows_of(project_id: str, tallies: Tallies) -> Iterator[tuple[Any, ...]]:
    """Give rows as the columns of `counted`."""
    for rule_id, own in tallies.items():
        numbers: dict[str, int] = {}
        reasons = []
        for meaning, number in own:
            numbers[meaning.verdict] = numbers.get(meaning.verdict, 0) + number
            if meaning.reason is not None:
                reasons.append(meaning.reason)
        reason = max(reasons) if reasons else None
        yield (rule_id, project_id, *(numbers.get(word, 0) for word in WORDS), reason, FROZEN in numbers)


def is_plain(tallies: Tallies) -> bool:
    """Whether nothing is frozen, or unknown for a reason that is kept beside the count."""
    return all(meaning.reason is None and meaning.verdict != FROZEN for own in tallies.values() for meaning, _ in own)

"""How a faulty expression is told: what is wrong, where, with a caret below the place, and what to write instead."""

from collections.abc import Iterable
from difflib import get_close_matches

from canonical.problems import ConfigurationError, Problem, Weight
from rules.expressions.nodes import Span


class ExpressionError(ConfigurationError):
    """An expression that cannot be used. `line` and `column` count from 1 within the expression's own text."""

    def __init__(self, text: str, what: str, span: Span, next_step: str = "") -> None:
        self.line = text.count("\n", 0, span.start) + 1
        self.column = span.start - (text.rfind("\n", 0, span.start) + 1) + 1
        self.span = span
        super().__init__(problem_at(text, what, span, next_step))


def problem_at(text: str, what: str, span: Span, next_step: str = "", weight: Weight = Weight.ERROR) -> Problem:
    """Make the problem of a place in an expression; the excerpt is its line with carets under the place."""
    line_start = text.rfind("\n", 0, span.start) + 1
    line = text[line_start:].partition("\n")[0]
    column = span.start - line_start
    carets = "^" * max(1, min(span.end, line_start + len(line)) - span.start)
    return Problem(
        what=what,
        where=f"line {text.count(chr(10), 0, span.start) + 1}, column {column + 1}",
        next_step=next_step,
        weight=weight,
        excerpt=f"{line}\n{' ' * column}{carets}",
    )


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Name the nearest known word, else list what is known when that is short."""
    words = list(known)
    near = get_close_matches(word, words, n=1, cutoff=0.6) or get_close_matches(word.lower(), words, n=1, cutoff=0.6)
    if near:
        return f"Did you mean '{near[0]}'?"
    if otherwise:
        return otherwise
    return f"Known are: {', '.join(words)}." if words and len(words) <= 12 else ""

"""Random expressions on random rows: both databases say exactly what Google's CEL runtime says, error for NULL."""

from collections.abc import Iterator
from random import Random

import pytest
from sqlalchemy import Engine, delete

from canonical.database import writing
from canonical.schema import metadata
from rules.expressions import Catalogue, ExpressionError, Kind, ValueType, parse
from tests.expressions.conftest import CUSTOM, World
from tests.expressions.oracle import accepts, answers
from tests.expressions.random_expressions import Expressions
from tests.expressions.random_world import RandomWorld

PHASED = {"task": {**CUSTOM["task"], "phase": ValueType(Kind.TEXT)}}


@pytest.fixture
def random_world(shared_engine: Engine) -> Iterator[tuple[World, RandomWorld]]:
    drawn = RandomWorld(Random(7))  # noqa: S311  # repeatable, not secret
    drawn.store(shared_engine)
    yield World(shared_engine, catalogue=Catalogue(PHASED)), drawn
    with writing(shared_engine) as connection:
        for table in metadata.sorted_tables:
            connection.execute(delete(table))


def differences(world: World, drawn: RandomWorld, seed: int, number: int) -> list[str]:
    expressions = Expressions(seed)
    found = []
    for _ in range(number):
        text = expressions.condition(expressions.random.randint(0, 3))
        expected, given = answers(text, drawn.maps), world.values("task", text)
        if expected != given:
            row = next(row for row in expected if expected[row] != given[row])
            found.append(f"{text}\n   {row}: CEL {expected[row]}, here {given[row]}")
    return found


def test_random_conditions_mean_what_cel_means(random_world: tuple[World, RandomWorld]) -> None:
    assert not differences(*random_world, seed=1, number=110)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 12))
def test_many_random_conditions_mean_what_cel_means(random_world: tuple[World, RandomWorld], seed: int) -> None:
    assert not differences(*random_world, seed=seed, number=300)


def mutated(random: Random, text: str) -> str:
    pieces = ["(", ")", "[", "]", "&&", "||", "!", "==", "<", ".", ",", "?", ":", "-", "'", '"', "in", " ", "1", "1.5"]
    pieces += ["has", "has(", "x", "true", "null", "+", "{", "}", "r'", "\\", ".all(x, ", "for", "0x1f", "2u", "b'a'"]
    for _ in range(random.randint(1, 3)):
        at, length = random.randrange(len(text) + 1), random.choice([0, 0, 1, 2, 5])
        text = text[:at] + random.choice(["", random.choice(pieces)]) + text[at + length :]
    return text


def parses(text: str) -> bool:
    try:
        parse(text)
    except ExpressionError:
        return False
    return True


def test_the_parser_accepts_what_cels_grammar_accepts() -> None:
    random, expressions = Random(3), Expressions(3)  # noqa: S311  # repeatable, not secret
    texts = [mutated(random, expressions.condition(expressions.random.randint(0, 2))) for _ in range(1000)]
    assert [text for text in texts if parses(text) != accepts(text)] == []

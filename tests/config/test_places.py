"""Every message names a line and a column, so the scanner must find each key where it stands."""

import tomllib

from hypothesis import given, settings
from hypothesis import strategies as st

from canonical.toml_places import KeyPath, find_places

TRICKY = """\
title = "a # no comment = [x]"   # a comment
[a."b.c".d]
list = [
  1, [2, 3],  # inner
  { x = 1, y = [true] },
]
'quoted key' = '''two
lines'''
[[a.rows]]
when = 2026-01-01 10:00:00
[[a.rows]]
deep.er = { p.q = "}" }
[a.rows.inner]
last = 1e3
"""


def test_every_key_of_a_tricky_text_has_its_place() -> None:
    spots = find_places(TRICKY)
    for path in leaves(tomllib.loads(TRICKY)):
        assert path in spots, path


def test_the_place_is_where_the_key_is_written() -> None:
    spot = find_places(TRICKY)["a", "rows", 1, "deep", "er"]
    assert (spot.key.line, spot.key.column, spot.key.length) == (12, 1, 7)
    assert spot.value is not None
    assert (spot.value.line, spot.value.column) == (12, 11)


scalars = st.one_of(
    st.integers(-9, 9).map(str), st.booleans().map(lambda flag: str(flag).lower()), st.sampled_from(['"a]b"', "'#'"])
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(st.sampled_from("abc"), inner, max_size=2).map(
            lambda table: "{ " + ", ".join(f"{key} = {value}" for key, value in table.items()) + " }"
        ),
    ),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(["one", '"two three"', "four-5"]), values, min_size=1))
def test_any_valid_table_is_placed_whole(table: dict[str, str]) -> None:
    text = "[head]\n" + "\n".join(f"{key} = {value}" for key, value in table.items())
    spots = find_places(text)
    lines = text.splitlines()
    for path in leaves(tomllib.loads(text)):
        place = spots[path].key
        assert place.column + place.length - 1 <= len(lines[place.line - 1])


def leaves(data: object, path: KeyPath = ()) -> list[KeyPath]:
    if isinstance(data, dict):
        return [leaf for key, value in data.items() for leaf in leaves(value, (*path, key))]
    if isinstance(data, list) and data:
        return [leaf for number, value in enumerate(data) for leaf in leaves(value, (*path, number))]
    return [path] if path else []

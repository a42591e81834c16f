"""Where the fields of records come from: as they are kept, in words, or through a reference."""

from typing import Any

from pmohub.testing.asana.answers import times
from pmohub.testing.asana.answers.rendering import ABSENT, Getter, View
from pmohub.testing.asana.world.things import Thing


def plain(name: str, default: Any = None) -> Getter:
    """Give a value as it is kept."""
    return lambda _view, thing: thing.values.get(name, default)


def there(name: str) -> Getter:
    """Give a value as it is kept; without one there is no such key."""
    return lambda _view, thing: thing.values.get(name, ABSENT)


def moment(name: str) -> Getter:
    """Give a moment in words."""
    return lambda _view, thing: times.text(thing.values.get(name))


def ref(name: str) -> Getter:
    """Give what a gid leads to."""
    return lambda view, thing: view.thing(thing.values.get(name))


def refs(name: str) -> Getter:
    """Give what gids lead to."""
    return lambda view, thing: view.things(thing.values.get(name) or ())


def always(value: Any) -> Getter:
    """Give the same for each."""
    return lambda _view, _thing: value


def plains(*names: str) -> dict[str, Getter]:
    """Give several values as they are kept."""
    return {name: plain(name) for name in names}


def html(name: str) -> Getter:
    """Give a text as rich text."""
    return lambda _view, thing: f"<body>{thing.values.get(name) or ''}</body>"


def settings(view: View, thing: Thing) -> list[Thing]:
    """Give a project's or portfolio's custom field settings."""
    return view.things(thing["settings"])


def last_update(view: View, thing: Thing) -> Thing | None:
    """Give the newest status update."""
    return next(iter(view.world.all(reversed(view.world.updates(thing.gid)))), None)

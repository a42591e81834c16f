"""What only tests ask for: to act as a person, to hide, to turn the clock, to take logins away.

`/_sandbox/as/{person}/...` is the whole API as that person, without a login and without limits of sight or plan.
"""

from datetime import datetime
from typing import Any

from starlette.responses import Response

from pmohub.testing.asana.answers import times
from pmohub.testing.asana.routes.asking import Asking, Json, Refusal
from pmohub.testing.asana.state import Plan
from pmohub.testing.asana.world.things import Thing
from pmohub.testing.sandbox.people import READERS_NAME

NOTHING = Response(status_code=204)


class Acting(Asking):
    """A request of somebody who is at the keyboard: no login, and everything to be seen."""

    acting = True

    def _login(self) -> Thing:
        name = str(self.path_params.get("person", READERS_NAME))
        try:
            return self.state.person(name)
        except LookupError:
            raise Refusal(404, f"Nobody here is called {name}.") from None


def hide(ask: Asking) -> Any:
    """Hide what `gid` leads to from every account, or show it again (`hidden` false)."""
    change = ask.state.hidden.add if ask.body.get("hidden", True) else ask.state.hidden.discard
    change(str(ask.body["gid"]))
    ask.world.edits += 1
    return NOTHING


def login(ask: Asking) -> Any:
    """Refuse every token from now on (`refused`), or take them again."""
    ask.state.tokens_refused = bool(ask.body.get("refused", True))
    return NOTHING


def clock(ask: Asking) -> Json:
    """Set the clock to `now`, or let `seconds` pass; `stopped` true or false. Give what it shows."""
    body, clock_ = ask.body, ask.state.clock
    if "stopped" in body:
        clock_.stop(stopped=bool(body["stopped"]))
    if "now" in body:
        clock_.set(datetime.fromisoformat(str(body["now"])))
    clock_.advance(float(body.get("seconds", 0)))
    return {"now": times.text(ask.world.now())}


def knobs(ask: Asking) -> Any:
    """Turn `plan`, `lag`, `event_delay`, `latency` (seconds), `lost_events`, `change_events`, a habit of `Habits`."""
    state, body = ask.state, ask.body
    for name, value in body.items():
        if name == "plan":
            state.plans[ask.world.of("workspace")[0].gid] = Plan(value)
        elif name in {"lag", "event_delay"}:
            setattr(state, f"{name}_ms", int(float(value) * 1000))
        elif name == "latency":
            state.limiter.latency = float(value)
        elif name == "change_events":
            ask.world.feed.tells_changes = bool(value)
        elif name == "lost_events":
            ask.world.feed.lost = int(value)
        elif name in {"comments_touch", "entries_touch", "subtasks_touch"}:
            setattr(state.editor.habits, name, bool(value))
        else:
            raise Refusal(400, f"There is no knob {name}.")
    return NOTHING


def forget_pages(ask: Asking) -> Any:
    """Let every offset that was given expire."""
    ask.state.forget_pages()
    return NOTHING


def restore(ask: Asking) -> Any:
    """Take what `gid` led to out of the trash."""
    found = ask.world.gone.get(str(ask.body["gid"]))
    if found is None:
        raise Refusal(404, "It is not in the trash.")
    ask.state.editor.restore(found, ask.account.gid)
    return NOTHING


def mails(ask: Asking) -> Any:
    """List the notifications that followers got."""
    return ask.state.desk.mails

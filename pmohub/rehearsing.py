"""A dry run of what is approved: what the tools hold now, and what would stand in the way. Sends nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from canonical.database import reading
from canonical.problems import ProblemError, problems_of
from canonical.store.writebacks import Plan, WriteBack
from canonical.values import alike, shown, spelt_alike
from connectors.base import CurrentValue, Target
from pmohub.composition import Hub
from pmohub.writing import approved_by_connector, configured, limits_of
from sync.gate import would_wait


@dataclass(frozen=True, slots=True)
class Tried:
    """An approved change held against what the tool holds now; `hurdle` says why it would not be sent."""

    item: WriteBack
    hurdle: str | None


def rehearse(hub: Hub, plan: Plan) -> Iterator[Tried]:
    """Read what the approved changes of a plan would replace. Holds no object that can write."""
    for connector, items in approved_by_connector(plan.items):
        try:
            reader = hub.reader(configured(hub, connector))
            current = reader.read([Target(item.entity, item.external_id, item.field, item.carrier) for item in items])
        except ProblemError as error:
            yield from (Tried(item, problems_of(error)[0].what) for item in items)
        else:
            yield from _within_limits(
                hub, [Tried(item, _hurdle(item, now)) for item, now in zip(items, current, strict=True)]
            )


def _within_limits(hub: Hub, tried: Sequence[Tried]) -> Iterator[Tried]:
    """Hold what is free against what would make it wait."""
    free = [one.item for one in tried if one.hurdle is None]
    with reading(hub.engine) as connection:
        waits = would_wait(connection, limits_of(hub), free, hub.now())
    yield from (Tried(one.item, one.hurdle or waits.get(one.item.id)) for one in tried)


def _hurdle(item: WriteBack, current: CurrentValue) -> str | None:
    if current.problem is not None:
        return current.problem.what
    if alike(current.value, item.after):
        return "it is so already"
    if not spelt_alike(current.value, item.before):
        return f"the team has written “{shown(current.value)}” since; theirs stays"
    return None

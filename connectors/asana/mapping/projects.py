"""Projects, with what is listed beside them: portfolios, goals, budget."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from canonical.intake import Quarantined
from canonical.records import Record
from canonical.vocabulary import EntityKind
from connectors.asana.mapping.making import made
from connectors.asana.mapping.meaning import health_of, project_status_of
from connectors.asana.mapping.plan import Plan
from connectors.asana.mapping.reading import ABSENT, day_of, gid_of, is_told, name_of, ref_of
from connectors.asana.mapping.slots import READ as STANDING
from connectors.asana.mapping.values import custom_fields_of, value_of
from connectors.mapping.reading import UnmappableError, instant_of, number_of, shown, text_of

READ = (
    ("name", "name", text_of),
    ("notes", "description", text_of),
    ("owner", "manager", ref_of),
    ("permalink_url", "url", text_of),
    ("start_on", "planned_start", day_of),
    ("due_on", "planned_finish", day_of),
    ("created_at", "source_created_at", instant_of),
    ("modified_at", "source_updated_at", instant_of),
)
TEAM = "team"
"""Custom field of every project: the name of its team."""
BRIEF = "brief"
"""Custom field of every project: the text of its brief."""
BUDGET_HOURS = "budget_hours"
"""Custom field of every project: its budget where that is counted in time."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What is read beside a project; None: it was not read, and is not supplied.

    `portfolios` are the names of those that the project is in, `goals` what it supports, `budget` its one budget, an
    empty mapping where it has none.
    """

    portfolios: Sequence[str] | None = None
    goals: Sequence[Any] | None = None
    budget: Mapping[str, Any] | None = None


def project_place(gid: str) -> str:
    """Name a project in quarantine."""
    return f"project {gid}"


def workspace_of(raw: Any) -> str | None:
    """Give the gid of a project's workspace, the scope in which projects are listed; None: it was not asked by name."""
    workspace = raw.get("workspace") if isinstance(raw, dict) else None
    return str(workspace["gid"]) if isinstance(workspace, dict) and workspace.get("gid") else None


def to_project(raw: Any, plan: Plan, workspace: str, beside: Beside = Beside()) -> Record | Quarantined:
    """Map a project as any list or the project itself gives it; `workspace` is the gid of the one it was listed of."""
    return made(EntityKind.PROJECT, "project", raw, workspace, lambda: _values(raw, plan, workspace, beside))


def _values(raw: Mapping[str, Any], plan: Plan, workspace: str, beside: Beside) -> dict[str, Any]:
    values: dict[str, Any] = {"external_id": gid_of(raw), "scope": workspace}
    for name, target, read in READ:
        if is_told(value := raw.get(name, ABSENT)):
            values[target] = read(value)
    _standing(raw, plan, values)
    own: dict[str, Any] = {}
    if is_told(team := raw.get("team", ABSENT)):
        own[TEAM] = name_of(team)
    if (brief := _brief(raw)) is not ABSENT:
        own[BRIEF] = brief
    values["fields"] = own
    _aside_of(beside, values)
    _chosen(raw, plan, values)
    return values


def _standing(raw: Mapping[str, Any], plan: Plan, values: dict[str, Any]) -> None:
    """Read where it stands in its life, and how it is doing by the current status update."""
    completed, archived = (_yes_no(raw, name) for name in ("completed", "archived"))
    if archived is not None:
        values["archived"] = archived
    current = raw.get("current_status_update", ABSENT)
    told = is_told(current) and (current is None or "status_type" in current)
    said = current.get("status_type") if told and current is not None else None
    if told:
        values["health"] = health_of(said)
    if completed is not None and (told or completed):
        values["status"] = project_status_of(completed, bool(archived), said)
    if "completed_at" in raw:
        finished = instant_of(raw["completed_at"])
        values["actual_finish"] = None if finished is None else finished.astimezone(plan.zone).date()


def _yes_no(raw: Mapping[str, Any], name: str) -> bool | None:
    value = raw.get(name)
    if value is None or isinstance(value, bool):
        return value
    message = f"{name} is neither true nor false."
    raise UnmappableError(message)


def _brief(raw: Mapping[str, Any]) -> Any:
    """Give the text of the brief, None where there is none; ABSENT: not known."""
    brief = raw.get("project_brief", ABSENT)
    if isinstance(brief, dict):
        return text_of(brief["text"]) if "text" in brief else ABSENT
    return None if brief is None else ABSENT


def _aside_of(beside: Beside, values: dict[str, Any]) -> None:
    if beside.portfolios is not None:
        values["portfolio"] = "; ".join(sorted(set(beside.portfolios))) or None
    if beside.goals is not None:
        values["objective"] = "; ".join(filter(None, map(name_of, beside.goals))) or None
    if beside.budget is not None:
        amount, units = _total(beside.budget)
        in_time = units == "minutes"
        values["budget"] = None if in_time else amount
        values["currency"] = None if in_time else units
        values["fields"][BUDGET_HOURS] = number_of(str(amount / 60)) if in_time and amount is not None else None


def _total(budget: Mapping[str, Any]) -> tuple[Decimal | None, str | None]:
    """Give the total of a budget and its unit, minutes or a currency; None where none is set.

    Source: developers.asana.com, "Budgets": time in minutes, cost in the currency of the domain.
    """
    total = budget.get("total")
    if not isinstance(total, dict) or total.get("enabled") is False:
        return None, None
    amount = number_of(total.get("value"))
    if amount is None:
        return None, None
    if amount < 0:
        message = f"A budget of {shown(amount)} is less than nothing."
        raise UnmappableError(message)
    in_time = budget.get("budget_type") == "time"
    return Decimal(amount), "minutes" if in_time else text_of(total.get("units"))


def _chosen(raw: Mapping[str, Any], plan: Plan, values: dict[str, Any]) -> None:
    """Read what the mapping names: custom fields, carriers, and fields of a project."""
    entries = custom_fields_of(raw)
    for mapped, into in ((plan.own, values["fields"]), (plan.record, values)):
        for each in mapped[EntityKind.PROJECT]:
            if each.carried and entries is not None and each.field.id not in entries:
                # Nobody can fill it there: it is not empty but missing.
                continue
            try:
                value = value_of(entries, each.field, each.decode)
            except UnmappableError as error:
                reason = f"{each.name} ({each.field.label}): {error.reason}"
                raise UnmappableError(reason, error.remedy) from None
            if value is not ABSENT:
                into[each.name] = value
    for slot in plan.slots[EntityKind.PROJECT]:
        if (value := STANDING[slot.slot](raw)) is not ABSENT:
            values["fields"][slot.name] = None if value is None else slot.decode(value)

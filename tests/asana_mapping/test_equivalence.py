"""Whatever people do to a task, what its stories tell follows each other and ends in what the record says."""

from collections import defaultdict
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from canonical.values import FieldValue
from connectors.asana.mapping.history import HistoryMapper
from connectors.asana.mapping.tasks import TaskMapper, home_of
from connectors.mapping.making import Mapped
from tests.asana_mapping.answers import ADA, GRACE, HIGH, LOW, P1, P2, P3, plan, task, value

FIELDS = {"risk": "102", "where": "103", "live": "104", "note": "105", "sure": "107", "who": "101"}
PLANS = [plan(fields=FIELDS), plan(fields={**FIELDS, "assignee": "101"}, status="field:Risk")]
SECTIONS = {
    project: [{"gid": f"{project}{number}", "name": name} for number, name in enumerate(("To do", "Doing", "Parked"))]
    for project in (P1, P2, P3)
}
HELD = {
    "101": st.lists(st.sampled_from([ADA, GRACE]), unique_by=lambda one: str(one["gid"]), max_size=1),
    "102": st.sampled_from([None, LOW, HIGH]),
    "103": st.lists(st.sampled_from([LOW, HIGH]), unique_by=lambda one: str(one["gid"])),
    "104": st.dates(date(2026, 1, 1), date(2027, 1, 1)).map(lambda day: {"date": day.isoformat(), "date_time": None}),
    "105": st.sampled_from(["", "a", "two\nlines"]),
    "107": st.sampled_from([None, 0, 0.25, 1]),
}
KINDS = {"101": "people", "102": "enum", "103": "multi_enum", "104": "date", "105": "text", "107": "number"}
KEYS = {kind: f"{kind}_value" for kind in KINDS.values()} | {"multi_enum": "multi_enum_values"}


class Office:
    """A task and its stories, as Asana keeps them: each edit that changes something leaves one."""

    def __init__(self) -> None:
        self.raw = task(custom_fields=[], memberships=[], name="Plan", assignee=None)
        self.sections: dict[str, Any] = {P1: SECTIONS[P1][0]}
        self.held: dict[str, Any] = {
            gid: [] if kind in ("people", "multi_enum") else None for gid, kind in KINDS.items()
        }
        self.stories: list[dict[str, Any]] = []

    def tell(self, subtype: str, **more: Any) -> None:
        number = len(self.stories)
        at = f"2026-03-01T09:{number // 3:02}:00.000Z"
        self.stories.append(
            {"gid": f"7{number:03}", "resource_subtype": subtype, "created_at": at, "created_by": ADA, **more}
        )

    def rename(self, name: str) -> None:
        if name != self.raw["name"]:
            self.tell("name_changed", old_name=self.raw["name"], new_name=name)
            self.raw["name"] = name

    def assign(self, person: Any) -> None:
        if person is not None and person != self.raw["assignee"]:
            self.tell("assigned", assignee=person)
        elif person is None and self.raw["assignee"] is not None:
            self.tell("unassigned")
        self.raw["assignee"] = person

    def due(self, day: date | None) -> None:
        old, new = (
            {"due_on": each, "due_at": None, "start_on": None} for each in (self.raw["due_on"], day and str(day))
        )
        if old != new:
            self.tell("due_date_changed", old_dates=old, new_dates=new)
            self.raw["due_on"] = new["due_on"]

    def complete(self, completed: bool) -> None:
        if completed != self.raw["completed"]:
            self.tell("marked_complete" if completed else "marked_incomplete")
            self.raw["completed"] = completed

    def place(self, project: str, section: int) -> None:
        """Move within a project, or into another one."""
        new, of = SECTIONS[project][section], {"project": {"gid": project}}
        old = self.sections.get(project)
        if old is None:
            self.tell("added_to_project", **of)
            old = SECTIONS[project][0]
        if old != new:
            self.tell("section_changed", old_section={**old, **of}, new_section={**new, **of})
        self.sections[project] = new

    def remove(self, project: str) -> None:
        if len(self.sections) > 1 and project in self.sections:
            del self.sections[project]
            self.tell("removed_from_project", project={"gid": project})

    def fill(self, field: str, new: Any) -> None:
        old, self.held[field] = self.held[field], new
        if old != new:
            key = KEYS[KINDS[field]]
            sides = [_in_story(each) for each in (old, new)]
            self.tell(
                f"{KINDS[field]}_custom_field_changed",
                custom_field={"gid": field},
                **{f"old_{key}": sides[0], f"new_{key}": sides[1]},
            )

    def shown(self) -> dict[str, Any]:
        """Give the task as Asana shows it now."""
        memberships = [{"project": {"gid": gid}, "section": section} for gid, section in self.sections.items()]
        entries = [value(gid, **{KEYS[KINDS[gid]]: held}) for gid, held in self.held.items()]
        return {**self.raw, "memberships": memberships, "custom_fields": entries}


def _in_story(held: Any) -> Any:
    if isinstance(held, dict) and "date" in held:
        return {"due_on": held["date"], "due_at": held["date_time"], "start_on": None}
    return held


EDITS = st.one_of(
    st.tuples(st.just("rename"), st.sampled_from(["Plan", "Do", "Check"])),
    st.tuples(st.just("assign"), st.sampled_from([None, ADA, GRACE])),
    st.tuples(st.just("due"), st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 5))),
    st.tuples(st.just("complete"), st.booleans()),
    st.tuples(st.just("place"), st.sampled_from([P1, P2, P3]), st.integers(0, 2)),
    st.tuples(st.just("remove"), st.sampled_from([P1, P2, P3])),
    st.sampled_from(sorted(HELD)).flatmap(lambda gid: st.tuples(st.just("fill"), st.just(gid), HELD[gid])),
)


def _plain(raw: Any) -> FieldValue:
    return sorted(raw) if isinstance(raw, list | tuple) else raw


@given(st.lists(EDITS, max_size=25), st.sampled_from(PLANS), st.randoms())
def test_the_last_change_of_a_field_is_what_the_record_says(edits: list[Any], compiled: Any, chance: Any) -> None:
    office = Office()
    for name, *arguments in edits:
        getattr(office, name)(*arguments)
    raw, result = office.shown(), Mapped()
    home = home_of(raw, {P1, P2})
    record: Any = TaskMapper(compiled).add(raw, home, result)
    mapper = HistoryMapper(compiled)
    chance.shuffle(office.stories)
    changes = mapper.changes(raw, home, office.stories, {P1, P2})
    lines: dict[str, list[Any]] = defaultdict(list)
    for one in sorted(changes, key=lambda one: (one.at, one.change_id)):
        lines[one.field].append(one)
    assert (result.quarantined, mapper.problems()) == ([], [])
    for name, line in lines.items():
        assert all(one.old != one.new for one in line)
        assert [_plain(one.old) for one in line[1:]] == [_plain(one.new) for one in line[:-1]], name
        custom = name.removeprefix("fields.")
        assert _plain(line[-1].new) == _plain(record.fields[custom] if custom != name else getattr(record, name)), name

"""What must hold once all is quiet: of the files against what teams typed and the journal says, and of the store."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import Engine, select

from canonical.database import reading
from canonical.schema.entities import source_project, task
from canonical.store.writebacks import IN_FLIGHT, State, WriteBack, events
from pmohub.composition import Hub, composed
from pmohub.config import load
from pmohub.writing import plan
from tests.crash.workplace import journal, read
from tests.soak.office import FIELDS, write_config
from tests.soak.service import Service, living_in
from tests.soak.sheets import Sheet
from tests.soak.team import Team
from tests.templates import set_up_store

OWN = {"id", "first_seen_at", "project_id", "source_project_id", "parent_id", "content_hash", "url", "status_since"}
"""What a store numbers itself, or only a first sight tells."""
Place: TypeAlias = tuple[Path, str, str]


def faults_of(service: Service, team: Team) -> list[str]:
    """Name everything that is not as it was promised; nothing where all is well. The service has stopped."""
    hub = service.hub
    log = service.out.read_text()
    found = [f"in the log: {word}" for word in ("Traceback", "fault of the program") if word in log]
    found += [f"still alive: {one}" for one in living_in(service.folder)]
    found += _against_teams(team)
    found += _against_journal(hub, team)
    found += [f"in the folder: {name}" for name in _strangers(service.folder / "files", team)]
    found += [f"proposed again: {item}" for item in plan(hub).plan.items]
    found += _against_a_fresh_store(hub)
    checked = service.type("db", "check")
    return found + ([f"db check: {checked.stdout}{checked.stderr}"] if checked.returncode else [])


def _against_teams(team: Team) -> Iterator[str]:
    for sheet in team.sheets:
        now = sheet.now() or []
        own = [name for name in sheet.columns if name not in FIELDS[sheet.connector].values()]
        held, typed = ([[row[name] for name in own] for row in rows] for rows in (now, sheet.rows))
        if held != typed:
            lost = [row for row in typed if row not in held]
            yield f"{sheet.path.name}: a team's edit is lost: {lost or 'the order of rows'}"


def _against_journal(hub: Hub, team: Team) -> Iterator[str]:
    items = sorted(journal(hub), key=lambda item: (len(item.plan_id), item.plan_id))
    applied: dict[Place, list[WriteBack]] = defaultdict(list)
    for item in items:
        if item.state in IN_FLIGHT:
            yield f"{item.id} is still {item.state}"
        if item.state is State.APPLIED:
            applied[_place(item, team.sheets)].append(item)
    with reading(hub.engine) as connection:
        often: dict[str, int] = defaultdict(int)
        for row in events(connection, [item.id for item in items if item.state is State.APPLIED]):
            often[row["writeback_id"]] += row["event"] == State.APPLIED
    yield from (f"{name} was written {times} times" for name, times in often.items() if times != 1)
    for sheet in team.sheets:
        saved = {row[sheet.key]: row for row in sheet.rows}
        for row in sheet.now() or []:
            for column in FIELDS[sheet.connector].values():
                place = sheet.path, row[sheet.key], column
                before = saved.get(row[sheet.key], row)[column]
                yield from _against_writes(place, before, row[column], sheet, applied[place])
    yield from _overwritten(team, applied)


def _against_writes(place: Place, saved: str, now: str, sheet: Sheet, writes: list[WriteBack]) -> Iterator[str]:
    """A cell holds what was last saved by its team, or what was written since over just that."""
    since = [item for item in writes if item.journaled_at is not None and item.journaled_at > sheet.saved_at]
    if since and _text(since[-1].after) != now:
        yield f"{place}: a write is lost: {since[-1]} and it holds “{now}”"
    elif now != saved:
        last = next((item for item in reversed(writes) if _text(item.after) == now), None)
        if last is None:
            yield f"{place}: was saved with “{saved}” and holds “{now}”, which nobody wrote"
        elif _text(last.before) != saved and len(since) < 2:
            yield f"{place}: “{saved}” was not what the write was to replace: {last}"


def _overwritten(team: Team, applied: dict[Place, list[WriteBack]]) -> Iterator[str]:
    """What a team typed over a value of the hub's is never written over again."""
    for typed in team.typed:
        writes = applied[typed.sheet.path, typed.key, typed.column]
        if any(item.ended_at is not None and item.ended_at < typed.at for item in writes):
            for item in writes:
                if item.before == typed.value:
                    yield f"“{typed.value}”, typed after a write, was written over: {item}"


def _place(item: WriteBack, sheets: list[Sheet]) -> Place:
    of = [sheet.path for sheet in sheets if sheet.connector == item.connector]
    file, _, key = item.external_id.rpartition("#")
    (path,) = [path for path in of if len(of) == 1 or file.split("#")[0].endswith(path.name)]
    return path, key, item.carrier


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _strangers(files: Path, team: Team) -> set[str]:
    return {str(path) for path in files.rglob("*") if path.is_file()} ^ {str(sheet.path) for sheet in team.sheets}


def _against_a_fresh_store(hub: Hub) -> Iterator[str]:
    path = hub.configuration.folder / "fresh.toml"
    write_config(path, "sqlite:///fresh.db")
    with composed(load(path)) as fresh:
        set_up_store(fresh.engine)
        read(fresh)
        for old, new in zip(_stored(hub.engine), _stored(fresh.engine), strict=True):
            yield from (f"in the store alone: {row}" for row in sorted(old - new))
            yield from (f"in the files alone: {row}" for row in sorted(new - old))
        fresh.engine.dispose()


def _stored(engine: Engine) -> list[set[Any]]:
    """All that is alive: connector, external id and contents."""
    with reading(engine) as connection:
        return [
            set(map(repr, connection.execute(select(*kept).where(table.c.deleted_at.is_(None)))))
            for table in (task, source_project)
            for kept in [[column for column in table.c if column.name not in OWN and not column.name.endswith("_at")]]
        ]

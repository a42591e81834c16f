"""One pass over the rows to look at, step by step: who is one, what references name, what follows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Table, insert, select

from canonical.identity import scope
from canonical.identity.derived import date_projects, date_status_updates, mark_leaves
from canonical.identity.linking import link_records, person_edges, project_edges
from canonical.identity.merging import assign_departments, merge_people, merge_projects
from canonical.identity.names import Names
from canonical.identity.references import (
    REFERENCES,
    fill_further_projects,
    fill_projects,
    fill_references,
    inherit_projects,
    note_unresolved,
)
from canonical.identity.settings import ResolutionSettings
from canonical.identity.sources import SOURCE_TABLES, members, names_of, read_sources
from canonical.identity.task_names import name_tasks
from canonical.identity.typed_people import Asked, add_typed_people, named_before, settle_typed_people
from canonical.identity.working_tables import answer, in_scope, widen_by
from canonical.identity.working_tables import scope as looked_at
from canonical.schema.entities import further_project, task, time_entry
from canonical.vocabulary import EntityKind


@dataclass(frozen=True, slots=True)
class Known:
    """What the records of a kind are called, the merged id of each, and how many rows were written to find out."""

    names: Names
    survivor: Mapping[str, str]
    written: int


class Pass:
    """The steps share a connection, the settings, the moment, and whether all rows are looked at."""

    def __init__(
        self, connection: Connection, settings: ResolutionSettings, now: datetime, *, everything: bool
    ) -> None:
        self.connection = connection
        self.settings = settings
        self.now = now
        self.everything = everything

    def run(self) -> int:
        """Take every step in its order; say how many rows were written."""
        people, projects = self._people(), self._projects()
        self._answer(EntityKind.PERSON, people, shown=people.survivor)
        self._answer(EntityKind.PROJECT, projects)
        written = people.written + projects.written
        name_tasks(self.connection, everything=self.everything)
        self._widen_to_derived()
        written += self._references()
        self._widen_to_derived()
        written += self._project_rows() + self._derived()
        return written

    def _people(self) -> "Known":
        """Find out which accounts are one person; look also at what names one of those concerned."""
        kind = EntityKind.PERSON
        sources = read_sources(self.connection, kind)
        names = names_of(self.connection, sources, kind)
        affected = self._affected(kind, names)
        scope.widen_to_people(self.connection, {sources[each]["person_id"] for each in affected})
        live = self._asked(kind, live=True)
        if add_typed_people(self.connection, live, names, sources, self.now):
            sources = read_sources(self.connection, kind)
            names = names_of(self.connection, sources, kind)
        asked = Asked(live, () if self.everything else named_before(self.connection), self.everything)
        if settled := settle_typed_people(self.connection, asked, names, sources, self.settings, self.now):
            scope.widen_to_people(self.connection, {sources[each]["person_id"] for each in settled})
            sources = read_sources(self.connection, kind)
        known = members(sources, kind)
        edges = person_edges(sources, known, self.settings)
        survivor, moved = link_records(self.connection, kind, sources, known, edges, self.now)
        scope.widen_to_people(self.connection, moved)
        widen_by(self.connection, "changed person", moved)
        return Known(names, survivor, merge_people(self.connection, sources, survivor, self.now.date()))

    def _projects(self) -> "Known":
        """Find out which source projects are one project; look also at what lies in one of those concerned."""
        kind = EntityKind.PROJECT
        sources = read_sources(self.connection, kind)
        names = names_of(self.connection, sources, kind)
        known = members(sources, kind)
        edges = project_edges(sources, names, known, self.settings)
        survivor, moved = link_records(self.connection, kind, sources, known, edges, self.now)
        affected = {sources[each]["project_id"] for each in self._affected(kind, names)}
        scope.widen_to_projects(self.connection, affected | moved)
        widen_by(self.connection, "changed project", moved)
        return Known(names, survivor, len(moved))

    def _affected(self, kind: EntityKind, names: Names) -> set[str]:
        name = SOURCE_TABLES[kind][0].name
        touched = self.connection.scalars(select(looked_at.c.id).where(looked_at.c.entity == name))
        return names.called_like(touched)

    def _asked(self, kind: EntityKind, *, live: bool = False) -> set[tuple[str, str]]:
        """The references to this kind in the rows to look at, or the live ones, with the connector that wrote them."""
        asked: set[tuple[str, str]] = set()
        for table, references in REFERENCES.items():
            for reference in references:
                if reference.target is kind:
                    query = select(table.c.connector, table.c[reference.ref]).distinct()
                    query = query.where(table.c[reference.ref].is_not(None))
                    query = query if self.everything else query.where(in_scope(table))
                    query = query.where(table.c.deleted_at.is_(None)) if live else query
                    asked |= {(connector, ref) for connector, ref in self.connection.execute(query)}
        if kind is EntityKind.PROJECT:
            owner = select(task.c.connector).where(task.c.id == further_project.c.task_id).scalar_subquery()
            further = select(owner, further_project.c.project_ref).distinct()
            asked |= {(connector, ref) for connector, ref in self.connection.execute(further)}
        return asked

    def _answer(self, kind: EntityKind, known: "Known", shown: Mapping[str, str] | None = None) -> None:
        """Answer what each reference in the rows to look at names; `shown` gives the id to write for a record."""
        rows = []
        for connector, ref in sorted(self._asked(kind)):
            found = known.names.find(connector, ref, known.survivor)
            named = found.id if found.id is None or shown is None else shown[found.id]
            reason = None if found.reason is None else found.reason.value
            rows.append({"target": kind.value, "connector": connector, "ref": ref, "id": named, "reason": reason})
        if rows:
            self.connection.execute(insert(answer), rows)

    def _references(self) -> int:
        written = sum(self._filled(table) for table in REFERENCES if table is not time_entry)
        fill_further_projects(self.connection)
        inherited = inherit_projects(self.connection, everything=self.everything)
        if inherited:
            written += fill_projects(self.connection, task, everything=self.everything)
        written += self._filled(time_entry)
        if not self.everything:
            scope.widen_to_time_entries(self.connection)
            written += fill_projects(self.connection, time_entry, everything=False)
        return written

    def _filled(self, table: Table) -> int:
        written = fill_references(self.connection, table, everything=self.everything)
        note_unresolved(self.connection, table, everything=self.everything)
        return written

    def _project_rows(self) -> int:
        kind = EntityKind.PROJECT
        sources = assign_departments(self.connection, read_sources(self.connection, kind), self.settings)
        survivor = {each: row["project_id"] for each, row in sources.items()}
        return merge_projects(self.connection, sources, survivor, self.settings)

    def _derived(self) -> int:
        connection, everything = self.connection, self.everything
        leaves = 0 if everything else mark_leaves(connection)
        dated = date_projects(connection, self.now, everything=everything)
        return leaves + dated + date_status_updates(connection, self.settings, everything=everything)

    def _widen_to_derived(self) -> None:
        if not self.everything:
            scope.widen_to_derived(self.connection)

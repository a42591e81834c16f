"""Everyday headings in English and German and the fields that they usually mean."""

from collections.abc import Mapping

from canonical.vocabulary import EntityKind
from connectors.spreadsheet.values.cells import fold

PROJECT = {
    "key": "no, nr, number, id, project id, project no, project number, projekt nr, projektnummer, key, code, kurzel",
    "name": "project, name, project name, projekt, projektname, title, titel, bezeichnung, initiative",
    "description": "description, beschreibung, summary, kurzbeschreibung, scope",
    "department": "department, abteilung, bereich, business unit, division, org unit",
    "status": "status, state, zustand, projektstatus, project status",
    "health": "health, rag, ampel, rag status, status ampel, traffic light",
    "phase": "phase, stage, gate, projektphase, project phase",
    "manager": "project manager, pm, manager, projektleiter, projektleitung, pl, lead, owner, verantwortlich, "
    "responsible",
    "sponsor": "sponsor, project sponsor, auftraggeber, executive sponsor, client",
    "objective": "objective, goal, ziel, purpose, projektziel, zweck, business case",
    "portfolio": "portfolio, program, programme, programm",
    "planned_start": "start, planned start, start date, beginn, startdatum, von, begin, geplanter start, start plan, "
    "plan start, beginn plan, soll start, start soll",
    "planned_finish": "finish, end, planned finish, end date, due, ende, enddatum, bis, target date, go live, "
    "deadline, "
    "finish plan, end plan, ende plan, plan ende, plan end, soll ende, ende soll, forecast finish, ende prognose",
    "actual_start": "actual start, ist start, tatsachlicher start, start actual, start ist, beginn ist",
    "actual_finish": "actual finish, actual end, ist ende, completed on, tatsachliches ende, finish actual, "
    "end actual, "
    "ende ist",
    "baseline_start": "baseline start, plan start baseline, basisplan start, start baseline, beginn baseline, "
    "start basisplan",
    "baseline_finish": "baseline finish, baseline end, basisplan ende, finish baseline, end baseline, ende baseline, "
    "baseline ende, ende basisplan, baseline",
    "percent_complete": "percent complete, percent, progress, fortschritt, percent done, fertigstellung, complete, "
    "percent fertig, fortschritt percent, progress percent, percent fortschritt, fertig percent",
    "budget": "budget, approved budget, budget total, gesamtbudget, kosten plan, planned cost",
    "currency": "currency, wahrung, curr",
    "archived": "archived, archiviert",
    "tier": "tier, class, klasse, kategorie",
    "same_as": "jira, jira key, jira project, asana, asana link, tool link, projektkurzel jira",
}
TASK = {
    "key": "wbs, id, no, nr, task id, key, number, psp, psp code, position, pos, lfd nr, outline number, issue key, "
    "ticket, nummer, action id, action no, aufgaben nr",
    "title": "task, activity, title, name, task name, vorgang, aufgabe, aktivitat, summary, description, "
    "beschreibung, "
    "thema, vorgangsname, massnahme, aktion, what, action, item, arbeitspaket, work package, "
    "todo, to do, milestone, meilenstein",
    "assignee": "assignee, who, owner, responsible, assigned to, verantwortlich, zustandig, bearbeiter, resource, "
    "ressource, wer, resource names, lead",
    "status": "status, state, zustand, bearbeitungsstand",
    "priority": "priority, prio, prioritat, importance",
    "planned_start": "start, start date, planned start, beginn, anfang, von, begin, startdatum, start plan, "
    "plan start, "
    "beginn plan, soll start",
    "due": "finish, due, due date, end, end date, deadline, ende, bis, fallig, falligkeit, faellig am, fallig am, "
    "enddatum, termin, target date, when, bis wann, planned finish, finish plan, end plan, ende plan, plan ende, "
    "soll ende",
    "actual_start": "actual start, ist start, started on, start actual, start ist, beginn ist",
    "completed_at": "completed, completed on, done on, finished on, closed on, erledigt am, actual finish, "
    "abgeschlossen am, ende ist, ist ende, finish actual",
    "baseline_start": "baseline start, start baseline, beginn baseline, basisplan start",
    "baseline_finish": "baseline finish, baseline end, finish baseline, end baseline, ende baseline, baseline ende, "
    "basisplan ende",
    "original_estimate": "effort, estimate, work, aufwand, planned effort, plan hours, schatzung, estimated hours, "
    "planaufwand, planned hours, soll, arbeit",
    "remaining_estimate": "remaining, remaining effort, remaining work, restaufwand, rest, etc, verbleibend",
    "time_spent": "actual effort, spent, actual work, actual hours, ist aufwand, ist, logged, time spent, istaufwand",
    "percent_complete": "percent, percent complete, percent done, progress, fortschritt, complete, fertig, "
    "done percent, percent fertig, fortschritt percent, progress percent, percent fortschritt, fertig percent, "
    "percent erledigt",
    "predecessors": "predecessor, predecessors, depends on, vorganger, abhangig von, blocked by",
    "parent": "parent, parent id, ubergeordnet, summary task, epic",
    "level": "outline level, level, ebene, gliederungsebene",
    "labels": "labels, tags, label, tag, schlagworte, kategorien",
    "kind": "type, typ, art, kind, issue type",
    "story_points": "story points, points, sp",
    "project": "project, projekt, project name, projektname",
}
TIME_ENTRY = {
    "key": "entry id, id, key",
    "person": "person, name, employee, mitarbeiter, mitarbeiterin, who, user, resource, wer, ressource, consultant",
    "work_date": "date, day, datum, tag, work date, arbeitstag, leistungsdatum",
    "duration": "hours, hrs, h, duration, time, stunden, std, dauer, zeit, effort, aufwand, time spent, arbeitszeit",
    "task": "task, activity, aufgabe, tatigkeit, vorgang, ticket, issue, wbs, task id, key, issue key, psp",
    "project": "project, projekt, project name, projektname, kostentrager",
    "note": "note, notes, comment, description, bemerkung, kommentar, beschreibung, notiz",
    "billable": "billable, abrechenbar, fakturierbar",
    "approval": "approval, approved, freigabe, genehmigt, status",
}
PERSON = {
    "key": "id, personnel number, employee id, personalnummer, staff id, pers nr",
    "name": "name, person, employee, mitarbeiter, full name, display name, vollstandiger name, resource",
    "email": "email, e mail, mail, e mail address, email address, e mail adresse",
    "active": "active, aktiv, employed, status",
    "weekly_capacity": "capacity, weekly capacity, hours a week, weekly hours, wochenstunden, kapazitat, "
    "hours per week",
    "cost_rate": "rate, cost rate, hourly rate, stundensatz, satz, cost, kostensatz, day rate",
}
STATUS_UPDATE = {
    "project": "project, projekt, project name, projektname",
    "at": "date, datum, reported on, report date, as of, stand, berichtsdatum, week, on",
    "author": "author, by, reported by, autor, von, verfasser, owner",
    "health": "health, rag, rag status, ampel, status ampel, status, overall status, gesamtstatus, traffic light",
    "text": "text, comment, report, summary, notes, bericht, kommentar, zusammenfassung, status text, comments, update",
}
DEPENDENCY = {
    "predecessor": "predecessor, from, vorganger, depends on, before",
    "successor": "successor, to, nachfolger, task, after",
    "type": "type, typ, link type, art",
    "lag": "lag, puffer, zeitabstand",
}
SPAN = {
    "person": "person, name, employee, mitarbeiter, mitarbeiterin, who, resource, wer, ressource",
    "first_day": "from, first day, start, von, ab, beginn, erster tag, start date",
    "last_day": "to, until, last day, end, bis, ende, letzter tag, end date",
}
ALLOCATION = {
    **SPAN,
    "project": "project, projekt, project name, projektname",
    "weekly_effort": "hours a week, weekly hours, hours per week, h week, stunden pro woche, wochenstunden",
    "percent": "percent, allocation, share, prozent, auslastung, zuordnung",
}
LEAVE = SPAN
BY_ENTITY: Mapping[EntityKind, Mapping[str, str]] = {
    EntityKind.PROJECT: PROJECT,
    EntityKind.TASK: TASK,
    EntityKind.TIME_ENTRY: TIME_ENTRY,
    EntityKind.PERSON: PERSON,
    EntityKind.STATUS_UPDATE: STATUS_UPDATE,
    EntityKind.DEPENDENCY: DEPENDENCY,
    EntityKind.ALLOCATION: ALLOCATION,
    EntityKind.LEAVE: LEAVE,
}
TABLE_NAMES: Mapping[EntityKind, str] = {
    EntityKind.PROJECT: "projects",
    EntityKind.TASK: "tasks",
    EntityKind.TIME_ENTRY: "time_entries",
    EntityKind.PERSON: "people",
    EntityKind.STATUS_UPDATE: "status_reports",
    EntityKind.DEPENDENCY: "dependencies",
    EntityKind.ALLOCATION: "allocations",
    EntityKind.LEAVE: "leave",
}


def words_for(entity: EntityKind) -> dict[str, str]:
    """Give the field that each folded heading means for an entity; the first field that lists it."""
    words: dict[str, str] = {}
    for name, listed in BY_ENTITY[entity].items():
        for word in (name.replace("_", " "), *listed.split(", ")):
            words.setdefault(fold(word), name)
    return words

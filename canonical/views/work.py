"""The views of what the tools hold now: projects, tasks, time entries, people, dependencies, reports, planned time."""

from canonical.schema.entities import (
    allocation,
    department,
    dependency,
    leave,
    person,
    project,
    source_project,
    status_update,
    task,
    time_entry,
)
from canonical.views.columns import View
from canonical.views.columns import ViewColumn as Shown

_manager = person.alias("manager")
_sponsor = person.alias("sponsor")
_assignee = person.alias("assignee")
_reporter = person.alias("reporter")
_parent = task.alias("parent")
_predecessor = task.alias("predecessor")
_successor = task.alias("successor")

_of_project = (
    Shown("status", project.c.status, "proposed, planned, active, on_hold, completed or cancelled"),
    Shown("health", project.c.health, "green, amber or red, as the team reports it"),
    Shown("phase", project.c.phase, "initiation, planning, execution, monitoring or closing"),
    Shown("objective", project.c.objective, "The outcome that the project is for"),
    Shown("portfolio", project.c.portfolio, "The portfolio or programme it belongs to"),
    Shown("planned_start", project.c.planned_start, "Planned first day"),
    Shown("planned_finish", project.c.planned_finish, "Planned last day"),
    Shown("baseline_start", project.c.baseline_start, "First day as approved"),
    Shown("baseline_finish", project.c.baseline_finish, "Last day as approved"),
    Shown("actual_start", project.c.actual_start, "The day on which work began"),
    Shown("actual_finish", project.c.actual_finish, "The day on which work ended"),
    Shown("percent_complete", project.c.percent_complete, "0 to 100, as the team reports it"),
    Shown("budget", project.c.budget, "Approved budget, in the currency beside it"),
    Shown("currency", project.c.currency, "ISO 4217 code of the budget's currency"),
    Shown("archived", project.c.archived, "Archived in its tool"),
    Shown("delivery", project.c.delivery, "project (ends) or continuous (does not)"),
    Shown("tier", project.c.tier, "1 to 3, the PMO's class of size and risk"),
)

PROJECTS = View(
    "pmo_projects",
    "What the PMO sees of each project; source projects that are one undertaking are one row",
    (
        Shown("id", project.c.id, "The hub's own id, which never changes"),
        Shown("pmo_id", project.c.pmo_id, "The PMO's number of the project"),
        Shown("key", project.c.key, "The key in the leading tool"),
        Shown("url", project.c.url, "The page in the leading tool"),
        Shown("name", project.c.name, "Name"),
        Shown("description", project.c.description, "Description"),
        Shown("department_id", project.c.department_id, "Id of the department, as configured"),
        Shown("department", department.c.name, "Name of the department"),
        *_of_project,
        Shown("manager_id", project.c.manager_id, "The manager's row in pmo_people"),
        Shown("manager", _manager.c.name, "The manager's name"),
        Shown("sponsor_id", project.c.sponsor_id, "The sponsor's row in pmo_people"),
        Shown("sponsor", _sponsor.c.name, "The sponsor's name"),
        Shown("created_at", project.c.source_created_at, "Created in the tool, where it says so"),
        Shown("first_seen_at", project.c.first_seen_at, "First read by the hub"),
        Shown("status_since", project.c.status_since, "Since when the status is what it is, as far as known"),
        Shown("phase_since", project.c.phase_since, "Since when the phase is what it is, as far as known"),
        Shown("last_activity_at", project.c.last_activity_at, "Newest change by the team, not by the hub"),
        Shown("last_status_update_on", project.c.last_status_update_on, "Day of the newest status report"),
    ),
    project.outerjoin(department, department.c.id == project.c.department_id)
    .outerjoin(_manager, _manager.c.id == project.c.manager_id)
    .outerjoin(_sponsor, _sponsor.c.id == project.c.sponsor_id),
    project.c.merged_into.is_(None) & project.c.deleted_at.is_(None),
)

TASKS = View(
    "pmo_tasks",
    "Tasks that exist now",
    (
        Shown("id", task.c.id, "The hub's own id, which never changes"),
        Shown("connector", task.c.connector, "The connector that read it"),
        Shown("external_id", task.c.external_id, "The tool's own id"),
        Shown("key", task.c.key, "The key in the tool"),
        Shown("url", task.c.url, "The page in the tool"),
        Shown("project_id", task.c.project_id, "Its row in pmo_projects"),
        Shown("project_key", project.c.key, "The project's key"),
        Shown("project", project.c.name, "The project's name"),
        Shown("department_id", project.c.department_id, "The project's department"),
        Shown("parent_id", task.c.parent_id, "The task that it is part of"),
        Shown("parent_key", _parent.c.key, "That task's key"),
        Shown("is_leaf", task.c.is_leaf, "No task is part of it"),
        Shown("kind", task.c.kind, "epic, story, task, subtask, bug, milestone or other"),
        Shown("title", task.c.title, "Title"),
        Shown("status", task.c.status, "The tool's own word"),
        Shown("status_category", task.c.status_category, "todo, in_progress, done or cancelled; empty if not mapped"),
        Shown("priority", task.c.priority, "The tool's own word"),
        Shown("assignee_id", task.c.assignee_id, "The assignee's row in pmo_people"),
        Shown("assignee", _assignee.c.name, "The assignee's name"),
        Shown("reporter_id", task.c.reporter_id, "The reporter's row in pmo_people"),
        Shown("reporter", _reporter.c.name, "The reporter's name"),
        Shown("planned_start", task.c.planned_start, "Planned first day"),
        Shown("due", task.c.due, "Planned last day"),
        Shown("baseline_start", task.c.baseline_start, "First day as approved"),
        Shown("baseline_finish", task.c.baseline_finish, "Last day as approved"),
        Shown("actual_start", task.c.actual_start, "The day on which work began"),
        Shown("completed_at", task.c.completed_at, "The moment of completion"),
        Shown("original_estimate_seconds", task.c.original_estimate, "Effort as first estimated, in seconds"),
        Shown("remaining_estimate_seconds", task.c.remaining_estimate, "Effort still to do, in seconds"),
        Shown("time_spent_seconds", task.c.time_spent, "Effort booked, as the tool adds it up, in seconds"),
        Shown("percent_complete", task.c.percent_complete, "0 to 100, as the team reports it"),
        Shown("story_points", task.c.story_points, "Story points"),
        Shown("labels", task.c.labels, "JSON list of labels"),
        Shown("iteration", task.c.iteration_name, "Name of the sprint or iteration"),
        Shown("iteration_start", task.c.iteration_start, "First day of the iteration"),
        Shown("iteration_end", task.c.iteration_end, "Last day of the iteration"),
        Shown("iteration_state", task.c.iteration_state, "State of the iteration, in the tool's word"),
        Shown("created_at", task.c.source_created_at, "Created in the tool, where it says so"),
        Shown("updated_at", task.c.source_updated_at, "Last updated in the tool, where it says so"),
        Shown("first_seen_at", task.c.first_seen_at, "First read by the hub"),
        Shown("status_since", task.c.status_since, "Since when the status is what it is, as far as known"),
        Shown("last_activity_at", task.c.last_activity_at, "Newest change by the team, not by the hub"),
        Shown("lost_access_at", task.c.lost_access_at, "Since when the hub may no longer see it"),
    ),
    task.outerjoin(project, project.c.id == task.c.project_id)
    .outerjoin(_parent, _parent.c.id == task.c.parent_id)
    .outerjoin(_assignee, _assignee.c.id == task.c.assignee_id)
    .outerjoin(_reporter, _reporter.c.id == task.c.reporter_id),
    task.c.deleted_at.is_(None),
)

TIME_ENTRIES = View(
    "pmo_time_entries",
    "Time booked, as it stands in the tools now",
    (
        Shown("id", time_entry.c.id, "The hub's own id, which never changes"),
        Shown("connector", time_entry.c.connector, "The connector that read it"),
        Shown("external_id", time_entry.c.external_id, "The tool's own id"),
        Shown("work_date", time_entry.c.work_date, "The day on which the work was done"),
        Shown("started_at", time_entry.c.started_at, "When it began, where the tool says so"),
        Shown("duration_seconds", time_entry.c.duration, "Duration in seconds"),
        Shown("person_id", time_entry.c.person_id, "Its row in pmo_people"),
        Shown("person", person.c.name, "The person's name"),
        Shown("project_id", time_entry.c.project_id, "Its row in pmo_projects"),
        Shown("project_key", project.c.key, "The project's key"),
        Shown("project", project.c.name, "The project's name"),
        Shown("department_id", project.c.department_id, "The project's department"),
        Shown("task_id", time_entry.c.task_id, "Its row in pmo_tasks"),
        Shown("task_key", task.c.key, "The task's key"),
        Shown("written_task", time_entry.c.task_ref, "The task as the tool writes it, resolved or not"),
        Shown("written_project", time_entry.c.project_ref, "The project as the tool writes it, resolved or not"),
        Shown("written_person", time_entry.c.person_ref, "The person as the tool writes it, resolved or not"),
        Shown("billable", time_entry.c.billable, "Can be billed; empty if the tool does not say"),
        Shown("approval", time_entry.c.approval, "draft, submitted, approved or rejected"),
        Shown("note", time_entry.c.note, "Note"),
    ),
    time_entry.outerjoin(person, person.c.id == time_entry.c.person_id)
    .outerjoin(project, project.c.id == time_entry.c.project_id)
    .outerjoin(task, task.c.id == time_entry.c.task_id),
    time_entry.c.deleted_at.is_(None),
)

PEOPLE = View(
    "pmo_people",
    "People; accounts that are one person are one row",
    (
        Shown("id", person.c.id, "The hub's own id, which never changes"),
        Shown("name", person.c.name, "Name"),
        Shown("email", person.c.email, "E-mail, where a tool shows it"),
        Shown("active", person.c.active, "yes, no or unknown: still with the company, as far as the tools say"),
        Shown("weekly_capacity_seconds", person.c.weekly_capacity, "Working time a week, in seconds"),
        Shown("capacity_from", person.c.capacity_from, "The day from which that capacity holds"),
        Shown("cost_rate", person.c.cost_rate, "Cost of an hour, in the currency beside it"),
        Shown("cost_rate_currency", person.c.cost_rate_currency, "ISO 4217 code of that currency"),
        Shown("cost_rate_from", person.c.cost_rate_from, "The day from which that rate holds"),
        Shown("first_seen_at", person.c.first_seen_at, "First read by the hub"),
    ),
    person,
    person.c.merged_into.is_(None) & person.c.deleted_at.is_(None),
)

DEPENDENCIES = View(
    "pmo_dependencies",
    "Links between tasks that exist now",
    (
        Shown("id", dependency.c.id, "The hub's own id, which never changes"),
        Shown("connector", dependency.c.connector, "The connector that read it"),
        Shown("type", dependency.c.type, "FS, SS, FF or SF"),
        Shown("lag_working_days", dependency.c.lag, "Lag in working days; negative for a lead"),
        Shown("predecessor_id", dependency.c.predecessor_id, "Its row in pmo_tasks"),
        Shown("predecessor_key", _predecessor.c.key, "The predecessor's key"),
        Shown("written_predecessor", dependency.c.predecessor_ref, "The predecessor as the tool writes it"),
        Shown("successor_id", dependency.c.successor_id, "Its row in pmo_tasks"),
        Shown("successor_key", _successor.c.key, "The successor's key"),
        Shown("written_successor", dependency.c.successor_ref, "The successor as the tool writes it"),
    ),
    dependency.outerjoin(_predecessor, _predecessor.c.id == dependency.c.predecessor_id).outerjoin(
        _successor, _successor.c.id == dependency.c.successor_id
    ),
    dependency.c.deleted_at.is_(None),
)

STATUS_UPDATES = View(
    "pmo_status_updates",
    "Status reports of projects",
    (
        Shown("id", status_update.c.id, "The hub's own id, which never changes"),
        Shown("connector", status_update.c.connector, "The connector that read it"),
        Shown("project_id", status_update.c.project_id, "Its row in pmo_projects"),
        Shown("project_key", project.c.key, "The project's key"),
        Shown("project", project.c.name, "The project's name"),
        Shown("written_project", status_update.c.project_ref, "The project as the tool writes it, resolved or not"),
        Shown("at", status_update.c.at, "When it was reported"),
        Shown("author_id", status_update.c.author_id, "The author's row in pmo_people"),
        Shown("author", person.c.name, "The author's name"),
        Shown("health", status_update.c.health, "green, amber or red"),
        Shown("text", status_update.c.text, "The report's words"),
        Shown("url", status_update.c.url, "The page in the tool"),
    ),
    status_update.outerjoin(project, project.c.id == status_update.c.project_id).outerjoin(
        person, person.c.id == status_update.c.author_id
    ),
    status_update.c.deleted_at.is_(None),
)

ALLOCATIONS = View(
    "pmo_allocations",
    "Planned capacity of people on projects, as the tools hold it now",
    (
        Shown("id", allocation.c.id, "The hub's own id, which never changes"),
        Shown("connector", allocation.c.connector, "The connector that read it"),
        Shown("external_id", allocation.c.external_id, "The tool's own id"),
        Shown("person_id", allocation.c.person_id, "Its row in pmo_people; empty where nobody is named yet"),
        Shown("person", person.c.name, "The person's name"),
        Shown("written_person", allocation.c.person_ref, "The person as the tool writes it, resolved or not"),
        Shown("project_id", allocation.c.project_id, "Its row in pmo_projects"),
        Shown("project_key", project.c.key, "The project's key"),
        Shown("project", project.c.name, "The project's name"),
        Shown("department_id", project.c.department_id, "The project's department"),
        Shown("written_project", allocation.c.project_ref, "The project as the tool writes it, resolved or not"),
        Shown("first_day", allocation.c.first_day, "The first day"),
        Shown("last_day", allocation.c.last_day, "The last day, included; empty: until further notice"),
        Shown("weekly_effort_seconds", allocation.c.weekly_effort, "Effort in a week of five working days, in seconds"),
        Shown("percent", allocation.c.percent, "Percent of available capacity, where the tool says no hours"),
    ),
    allocation.outerjoin(person, person.c.id == allocation.c.person_id).outerjoin(
        project, project.c.id == allocation.c.project_id
    ),
    allocation.c.deleted_at.is_(None),
)

LEAVE = View(
    "pmo_leave",
    "Whole days on which people are away; which kind of leave it is is not kept",
    (
        Shown("id", leave.c.id, "The hub's own id, which never changes"),
        Shown("connector", leave.c.connector, "The connector that read it"),
        Shown("external_id", leave.c.external_id, "The tool's own id"),
        Shown("person_id", leave.c.person_id, "Its row in pmo_people"),
        Shown("person", person.c.name, "The person's name"),
        Shown("written_person", leave.c.person_ref, "The person as the tool writes it, resolved or not"),
        Shown("first_day", leave.c.first_day, "The first day away"),
        Shown("last_day", leave.c.last_day, "The last day away, included; empty: until further notice"),
    ),
    leave.outerjoin(person, person.c.id == leave.c.person_id),
    leave.c.deleted_at.is_(None),
)

SOURCE_PROJECTS = View(
    "pmo_source_projects",
    "Each tool's own record of a project, so that differing values can be compared",
    (
        Shown("id", source_project.c.id, "The hub's own id of the record, which never changes"),
        Shown("project_id", source_project.c.project_id, "Its row in pmo_projects"),
        Shown("connector", source_project.c.connector, "The connector that read it"),
        Shown("external_id", source_project.c.external_id, "The tool's own id"),
        Shown("key", source_project.c.key, "The key in the tool"),
        Shown("url", source_project.c.url, "The page in the tool"),
        Shown("name", source_project.c.name, "Name"),
        Shown("department_id", source_project.c.department_id, "Id of the department, as configured"),
        *(
            Shown(column.name, source_project.c[column.name], f"{column.meaning}; by this tool alone")
            for column in _of_project
        ),
        Shown("manager_id", source_project.c.manager_id, "The manager's row in pmo_people"),
        Shown("sponsor_id", source_project.c.sponsor_id, "The sponsor's row in pmo_people"),
        Shown("written_same_as", source_project.c.same_as_ref, "The record's own word for the project it is"),
        Shown("lost_access_at", source_project.c.lost_access_at, "Since when the hub may no longer see it"),
    ),
    source_project,
    source_project.c.deleted_at.is_(None),
)

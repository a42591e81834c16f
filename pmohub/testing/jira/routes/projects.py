"""Projects, their properties, components and versions."""

from typing import Any

from pmohub.testing.jira.answers.issues import Json
from pmohub.testing.jira.routes.asking import NOTHING, Asking, Refusal, answer
from pmohub.testing.jira.routes.site import paged
from pmohub.testing.jira.world import scheme
from pmohub.testing.jira.world.company import CATEGORIES, Project

MOST_KEY = 255
NO_CATEGORY = -1


def whole(ask: Asking, project: Project) -> Json:
    """Give a project with everything that it has."""
    things = ask.things
    told = things.project_core(project)
    told |= {
        "expand": "description,lead,issueTypes,url,projectKeys,permissions,insight",
        "description": project.description,
        "lead": things.person(ask.world.people[project.lead].id),
        "components": [things.component(project.place, part.id) for part in project.components],
        "issueTypes": [things.type(identity) for identity in scheme.TYPES],
        "assigneeType": "UNASSIGNED",
        "versions": [things.release_of(release) for release in project.releases],
        "roles": {},
    }
    if project.archived:
        told["archived"] = True
    if "projectKeys" in ask.query("expand").split(","):
        told["projectKeys"] = [project.key, *project.old_keys]
    return {**told, "style": "classic", "isPrivate": False, "properties": {}} if ask.state.cloud else told


def _brief(ask: Asking, project: Project) -> Json:
    expand = [part for one in ask.queries("expand") for part in one.split(",")]
    told = ask.things.project_core(project)
    if ask.state.cloud:
        told |= {"style": "classic", "isPrivate": False, "properties": {}}
    if "description" in expand:
        told["description"] = project.description
    if "lead" in expand:
        told["lead"] = ask.things.person(ask.world.people[project.lead].id)
    if project.archived:
        told["archived"] = True
    asked = [part for one in ask.queries("properties") for part in one.split(",") if part]
    if asked:
        told["properties"] = {key: project.properties[key] for key in asked if key in project.properties}
    return told


def search(ask: Asking) -> Json:
    """Answer Cloud's `project/search`: live projects, unless others are asked for by `status`."""
    start, most = ask.page(50, 100)
    states = [part for one in ask.queries("status") for part in one.split(",") if part] or ["live"]
    keys, sought = set(ask.queries("keys")), ask.query("query").casefold()
    identities = set(ask.queries("id"))
    found = [
        project
        for project in sorted(ask.world.projects, key=lambda one: one.key)
        if ask.sees_project(project.place)
        and ("archived" if project.archived else "live") in states
        and (not keys or project.key in keys)
        and (not identities or project.id in identities)
        and (sought in project.key.casefold() or sought in project.name.casefold())
    ]
    return paged(ask, [_brief(ask, project) for project in found], start, most)


def listed(ask: Asking) -> Any:
    """Answer `project`: all that the account sees; archived ones only where they are asked for."""
    archived = ask.flag("includeArchived", default=False)
    found = (p for p in ask.world.projects if ask.sees_project(p.place) and (archived or not p.archived))
    return [_brief(ask, project) for project in found]


def one(ask: Asking) -> Json:
    """Answer `project/{projectIdOrKey}`."""
    return whole(ask, ask.project(ask.path("project")))


def statuses(ask: Asking) -> Any:
    """Answer `project/{projectIdOrKey}/statuses`: those of each issue type."""
    project = ask.project(ask.path("project"))
    told = []
    for kind in scheme.TYPES.values():
        entry = {"self": f"{ask.things.base}/issuetype/{kind.id}", "id": kind.id, "name": kind.name}
        shown = [ask.things.status(identity) for identity in project.workflow.statuses]
        told.append({**entry, "subtask": kind.level < 0, "statuses": shown})
    return told


def components(ask: Asking) -> Any:
    """Answer `project/{projectIdOrKey}/components`."""
    project = ask.project(ask.path("project"))
    return [ask.things.component(project.place, part.id) for part in project.components]


def versions(ask: Asking) -> Any:
    """Answer `project/{projectIdOrKey}/versions`."""
    return [ask.things.release_of(release) for release in ask.project(ask.path("project")).releases]


def properties(ask: Asking) -> Json:
    """Answer `project/{projectIdOrKey}/properties`: their keys."""
    project = ask.project(ask.path("project"))
    link = f"{ask.things.base}/project/{project.id}/properties"
    return {"keys": [{"self": f"{link}/{key}", "key": key} for key in project.properties]}


def get_property(ask: Asking) -> Json:
    """Answer `GET project/{projectIdOrKey}/properties/{propertyKey}`."""
    project, key = ask.project(ask.path("project")), ask.path("key")
    if key not in project.properties:
        raise Refusal(404, f"The property {key} does not exist.")
    return {"key": key, "value": project.properties[key]}


def put_property(ask: Asking) -> Any:
    """Answer `PUT project/{projectIdOrKey}/properties/{propertyKey}`: 201 where it is new."""
    project, key = ask.project(ask.path("project")), ask.path("key")
    _administered(ask)
    if len(key) > MOST_KEY:
        raise Refusal(400, "The property key is too long.")
    known = key in project.properties
    project.properties[key] = ask.json()
    ask.world.edits += 1
    return answer(None, 200 if known else 201)


def delete_property(ask: Asking) -> Any:
    """Answer `DELETE project/{projectIdOrKey}/properties/{propertyKey}`."""
    project, key = ask.project(ask.path("project")), ask.path("key")
    _administered(ask)
    if project.properties.pop(key, None) is None:
        raise Refusal(404, f"The property {key} does not exist.")
    ask.world.edits += 1
    return NOTHING


def _administered(ask: Asking) -> None:
    if not ask.may("ADMINISTER_PROJECTS"):
        raise Refusal(403, "You do not have permission to administer this project.")


def categories(ask: Asking) -> Any:
    """Answer `projectCategory`."""
    return [ask.things.category(one) for one in CATEGORIES]


def change(ask: Asking) -> Json:
    """Answer `PUT project/{projectIdOrKey}` as far as the category goes."""
    project = ask.project(ask.path("project"))
    _administered(ask)
    wanted = ask.expect(("categoryId",)).get("categoryId")
    found = next((one for one in CATEGORIES if one.id == str(wanted)), None)
    if found is None and wanted != NO_CATEGORY:
        raise Refusal(400, errors={"projectCategory": f"A project category with id '{wanted}' does not exist."})
    changed = project.changed(category=found)
    ask.world.change_project(changed)
    return whole(ask, changed)

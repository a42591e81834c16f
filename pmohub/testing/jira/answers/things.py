"""The parts that many answers repeat, written once as bytes: people, statuses, projects, options and the like."""

from collections.abc import Callable
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import orjson

from pmohub.testing.jira.answers.flavour import Flavour
from pmohub.testing.jira.answers.times import Times
from pmohub.testing.jira.world import scheme
from pmohub.testing.jira.world.catalogue import FIELDS
from pmohub.testing.jira.world.company import Project, Release
from pmohub.testing.jira.world.people import User
from pmohub.testing.jira.world.sprints import Sprint
from pmohub.testing.jira.world.world import World
from pmohub.testing.sandbox.timeline import day_of, start_of

Json = dict[str, Any]
SPRINT_CLASS = "com.atlassian.greenhopper.service.sprint.Sprint"


class Things:
    """Writes what issues refer to, for one account; `base` is the REST root: `http://127.0.0.1:8080/rest/api/3`."""

    def __init__(
        self, world: World, flavour: Flavour, base: str, account: User | None, *, old_sprints: bool = False
    ) -> None:
        self.world, self.base, self.account = world, base, account
        self.site = base.split("/rest/", maxsplit=1)[0]
        self.cloud = flavour == Flavour.CLOUD
        self._old_sprints = old_sprints
        self.times = Times(account.zone if account else "UTC")
        self._written: dict[tuple[Any, ...], orjson.Fragment] = {}

    def kept(self, make: Callable[..., Any], *told: Any) -> orjson.Fragment:
        """Give what `make` says of something, as bytes that are written once."""
        key = (make.__name__, *told)
        found = self._written.get(key)
        if found is None:
            found = self._written[key] = orjson.Fragment(orjson.dumps(make(*told)))
        return found

    def person(self, identity: str | None) -> orjson.Fragment | None:
        """Write a user by account id."""
        return None if identity is None else self.kept(self.person_of, identity)

    def person_of(self, identity: str) -> Json:
        """Give a user: Cloud hides most e-mails and zones from others."""
        user = self.world.user(identity)
        if user is None:
            return {"accountId": identity, "displayName": "Former user", "active": False}
        return self.user_of(user)

    def user_of(self, user: User) -> Json:
        """Give a user."""
        faces = {f"{size}x{size}": f"{self.site}/avatar/{user.number}?s={size}" for size in (48, 24, 16, 32)}
        common = {"avatarUrls": faces, "displayName": user.display_name, "active": user.active}
        if not self.cloud:
            named = {"self": f"{self.base}/user?username={user.name}", "name": user.name, "key": user.key}
            return {**named, "emailAddress": user.email, **common, "timeZone": user.zone}
        told = {"self": f"{self.base}/user?accountId={user.id}", "accountId": user.id, **common}
        if user == self.account or not user.hidden:
            told |= {"emailAddress": user.email, "timeZone": user.zone}
        return {**told, "accountType": "app" if user.app else "atlassian"}

    def status(self, identity: str) -> orjson.Fragment:
        """Write a status by id."""
        return self.kept(self.status_of, identity)

    def status_of(self, identity: str) -> Json:
        """Give a status with its category."""
        one = scheme.STATUSES[identity]
        category = scheme.CATEGORIES[one.category]
        return {
            "self": f"{self.base}/status/{one.id}",
            "description": "",
            "iconUrl": f"{self.site}/images/icons/statuses/generic.png",
            "name": one.name,
            "id": one.id,
            "statusCategory": {"self": f"{self.base}/statuscategory/{category['id']}", **category},
        }

    def type(self, identity: str) -> orjson.Fragment:
        """Write an issue type by id."""
        return self.kept(self.type_of, identity)

    def type_of(self, identity: str) -> Json:
        """Give an issue type; only Cloud tells its level."""
        one = scheme.TYPES[identity]
        told = {
            "self": f"{self.base}/issuetype/{one.id}",
            "id": one.id,
            "description": one.description,
            "iconUrl": f"{self.site}/images/icons/issuetypes/{one.name.lower()}.svg",
            "name": one.name,
            "subtask": one.level < 0,
            "avatarId": 10_300 + int(one.id) % 100,
        }
        return {**told, "hierarchyLevel": one.level} if self.cloud else told

    def priority(self, identity: str | None) -> orjson.Fragment | None:
        """Write a priority by id."""
        return None if identity is None else self.kept(self.priority_of, identity)

    def priority_of(self, identity: str) -> Json:
        """Give a priority."""
        one = scheme.PRIORITIES[identity]
        icon = f"{self.site}/images/icons/priorities/{one.name.lower()}.svg"
        return {"self": f"{self.base}/priority/{one.id}", "iconUrl": icon, "name": one.name, "id": one.id}

    def resolution(self, identity: str | None) -> orjson.Fragment | None:
        """Write a resolution by id."""
        return None if identity is None else self.kept(self.resolution_of, identity)

    def resolution_of(self, identity: str) -> Json:
        """Give a resolution."""
        one = scheme.RESOLUTIONS[identity]
        return {"self": f"{self.base}/resolution/{one.id}", "id": one.id, "description": "", "name": one.name}

    def link_type(self, identity: str) -> Json:
        """Give an issue link type."""
        one = scheme.LINKS[identity]
        words = {"id": one.id, "name": one.name, "inward": one.inward, "outward": one.outward}
        return {**words, "self": f"{self.base}/issueLinkType/{one.id}"}

    def option(self, field: str, identity: str) -> Json:
        """Give an option of a select field by id."""
        one = next(option for option in FIELDS[field].options if option.id == identity)
        told = {"self": f"{self.base}/customFieldOption/{one.id}", "value": one.value, "id": one.id}
        return told if self.cloud else {**told, "disabled": False}

    def cascade(self, field: str, first: str, second: str | None) -> Json:
        """Give the two steps of a cascading select."""
        told = self.option(field, first)
        above = next(option for option in FIELDS[field].options if option.id == first)
        below = next((child for child in above.children if child.id == second), None)
        if below is not None:
            self_link = f"{self.base}/customFieldOption/{below.id}"
            told["child"] = {"self": self_link, "value": below.name, "id": below.id}
        return told

    def project(self, place: int) -> orjson.Fragment:
        """Write a project as issues refer to it."""
        now = self.world.projects[place]
        return self.kept(self.project_of, place, now.key, now.name, now.category)

    def project_of(self, place: int, *_as_it_is_now: object) -> Json:
        """Give a project as issues refer to it."""
        return self.project_core(self.world.projects[place])

    def project_core(self, project: Project) -> Json:
        """Give what every answer about a project has."""
        faces = {f"{size}x{size}": f"{self.site}/projectavatar/{project.id}?s={size}" for size in (48, 24, 16, 32)}
        told: Json = {
            "self": f"{self.base}/project/{project.id}",
            "id": project.id,
            "key": project.key,
            "name": project.name,
            "projectTypeKey": "business" if project.legal else "software",
            "avatarUrls": faces,
        }
        if self.cloud:
            told |= {"simplified": False}
        if project.category:
            told["projectCategory"] = self.category(project.category)
        return told

    def category(self, one: scheme.Named) -> Json:
        """Give a category of projects."""
        return {"self": f"{self.base}/projectCategory/{one.id}", "id": one.id, "name": one.name, "description": ""}

    def component(self, place: int, identity: str) -> Json:
        """Give a component of a project by id."""
        one = next(part for part in self.world.projects[place].components if part.id == identity)
        return {"self": f"{self.base}/component/{one.id}", "id": one.id, "name": one.name}

    def release(self, place: int, identity: str) -> Json:
        """Give a version of a project by id."""
        one = next(release for release in self.world.projects[place].releases if release.id == identity)
        return self.release_of(one)

    def release_of(self, one: Release) -> Json:
        """Give a version with its day."""
        day = day_of(start_of(self.world.today) + one.in_days * 86_400_000)
        told = {"self": f"{self.base}/version/{one.id}", "id": one.id, "name": one.name, "archived": False}
        return {**told, "description": "", "released": one.released, "releaseDate": day.isoformat()}

    def sprint(self, one: Sprint) -> Json | str:
        """Give a sprint: an object, or the text form of older Data Centers (Jira Software Server 7 and 8)."""
        start, end = (f"{day.isoformat()}T08:00:00.000Z" for day in (one.first, one.last))
        complete = end if one.state == "closed" else None
        if not self._old_sprints:
            told: Json = {"id": one.id, "name": one.name, "state": one.state, "boardId": one.board, "goal": one.goal}
            told |= {"startDate": start, "endDate": end}
            return {**told, "completeDate": complete} if complete else told
        parts = {
            "id": one.id, "rapidViewId": one.board, "state": one.state.upper(), "name": one.name, "startDate": start,
            "endDate": end, "completeDate": complete or "<null>", "activatedDate": start, "sequence": one.id,
            "goal": one.goal, "autoStartStop": "false",
        }  # fmt: skip
        inside = ",".join(f"{name}={value}" for name, value in parts.items())
        return f"{SPRINT_CLASS}@{one.id:x}[{inside}]"

    def site_id(self) -> str:
        """Give the id of this site, the same for the same size and seed."""
        return str(uuid5(NAMESPACE_URL, f"sandbox:{self.world.size}:{self.world.generator.seed}"))

"""What an account may see."""

from pmohub.testing.asana.state import State
from pmohub.testing.asana.world.things import Thing


class Sight:
    """The eyes of one account; `everything` opens them for tests, `serves` to all that is not hidden."""

    def __init__(self, state: State, account: Thing, *, everything: bool = False, serves: bool = False) -> None:
        self._state, self._world, self._account = state, state.world, account
        self._everything, self._serves = everything, serves

    def sees(self, thing: Thing) -> bool:
        """Tell whether the account may see a thing."""
        if self._everything:
            return True
        if thing.gid in self._state.hidden:
            return False
        if thing.kind == "task":
            return self._task(thing)
        if thing.kind in {"section", "project_brief"}:
            return self._led(thing["project"])
        if thing.kind == "time_tracking_entry":
            return thing["task"] not in self._state.hidden and self._led(thing["attributable_to"] or thing["task"])
        return (self._serves and thing.kind in {"project", "portfolio", "team"}) or self._in_workspace(thing)

    def _in_workspace(self, thing: Thing) -> bool:
        mine = self._account["workspaces"]
        if thing.kind == "workspace":
            return thing.gid in mine
        if thing.kind == "team":
            shared = thing["visibility"] == "public" or self._account.gid in thing["members"]
            return thing["organization"] in mine and shared
        if thing.kind == "user":
            return (
                thing.gid == self._account.gid or not thing["workspaces"] or bool(set(mine) & set(thing["workspaces"]))
            )
        if thing.kind == "project":
            return thing["workspace"] in mine and self._project(thing)
        if thing.kind == "portfolio":
            return self._account.gid in thing["members"]
        workspace = thing.get("workspace")
        return workspace is None or workspace in mine

    def _project(self, project: Thing) -> bool:
        me = self._account.gid
        if project["privacy_setting"] == "public_to_workspace" or me in project["members"]:
            return True
        team = self._world.get(project["team"]) if project["team"] else None
        return project["privacy_setting"] == "private_to_team" and team is not None and me in team["members"]

    def _task(self, task: Thing) -> bool:
        if self._account.gid in {task["assignee"], task["created_by"], *task["followers"]}:
            return task["workspace"] in self._account["workspaces"]
        every = self._world.parents(task)
        if any(one.gid in self._state.hidden for one in every):
            return False
        projects = self._world.all(project for one in every for project, _ in one["memberships"])
        return any(self.sees(project) for project in projects)

    def _led(self, gid: str) -> bool:
        found = self._world.get(gid)
        return found is not None and self.sees(found)

"""Where a team's edit would go unnoticed a directive department is not written, and the plan knows it."""

import json
from pathlib import Path

from pmohub.testing.jira import Sandbox, running

from .conftest import Run

CONFIG = """
[hub]
database = "sqlite:///hub.db"

[departments.eng]
name = "Engineering"
mode = "directive"

[connectors.eng-jira]
kind = "jira"
department = "eng"
url = "{url}"
email = "{email}"
token = {{ file = "token" }}
projects = ["PORT"]
charter = {{ jql = "issuetype = Charter" }}

[template.project.pmo_gate]
owner = "hub"
value = "'G-' + project.key"
carrier = {{ eng-jira = "property:pmo.gate" }}

[template.project.pmo_id]
owner = "hub"
value = "'NEW-' + project.key"
carrier = {{ eng-jira = "charter:PMO id" }}
"""


def test_what_a_directive_department_never_gets_written_is_said_and_not_proposed(tmp_path: Path, pmohub: Run) -> None:
    with running(Sandbox(issues=60)) as jira:
        (tmp_path / "token").write_text(jira.token)
        (tmp_path / "config.toml").write_text(CONFIG.format(url=jira.url, email=jira.email))
        assert pmohub("sync").code == 0
    for _ in range(2):
        told = pmohub("writeback", "plan").err
        assert told.count("pmo_gate cannot be written to property:pmo.gate of eng-jira in directive departments") == 1
        assert "1 change is not proposed." in told
        planned = json.loads(pmohub("writeback", "plan", "--json").out)
        assert [item["field"] for item in planned["items"]] == ["pmo_id"]

"""Tasks are looked at again when only their project changed, in what their rules read of it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import insert, update

from canonical.database import writing
from canonical.schema.entities import field_value, source_project
from canonical.vocabulary import EntityKind
from rules.evaluation import EvaluationSettings
from rules.expressions import Catalogue
from rules.expressions.kinds import TEXT
from rules.standards import load_standards
from tests.rules.house import HEAD, OVERDUE, House

Build: TypeAlias = Callable[..., House]
HELD = '[rules.held]\nentity = "task"\nclass = "integrity"\nseverity = "major"\n'
HELD += 'message = "x"\nremedy = "y"\nsource = "z"\n'
ONLY_THE_PROJECT = {EntityKind.PROJECT: ["p1"]}


def test_a_field_of_the_project(house: Build) -> None:
    home = house(HEAD + HELD + "needs = []\ndeviates_if = \"task.project.status == 'on_hold'\"\n")
    home.plant("project", id="p1", status="active", tasks=[{"id": "t1"}])
    home.evaluate()
    home.change("project", "p1", status="on_hold")
    home.evaluate(ONLY_THE_PROJECT)
    assert home.states() == {"t1": "open"}


def test_a_custom_field_of_the_project(house: Build, tmp_path: Path) -> None:
    home, declared = house(), Catalogue({"project": {"gate": TEXT}})
    gated = HEAD + HELD + "needs = []\ndeviates_if = \"task.project.fields.gate == 'shut'\"\n"
    (tmp_path / "gated.toml").write_text(gated, encoding="utf-8")
    home.standards = load_standards(["gated.toml"], tmp_path, declared)
    home.settings = EvaluationSettings(catalogue=declared)
    home.plant("project", id="p1", status="active", fields={"gate": "open"}, tasks=[{"id": "t1"}])
    home.plant("project", id="p2", status="active", tasks=[{"id": "t2"}])
    home.evaluate()
    with writing(home.engine) as connection:
        connection.execute(update(field_value).values(text="shut"))
        connection.execute(insert(field_value).values(entity_id="p2", name="gate", text="shut"))
    home.evaluate({EntityKind.PROJECT: ["p1", "p2"]})
    assert home.states() == {"t1": "open", "t2": "open"}


def test_the_department_whose_figures_hold(house: Build) -> None:
    home = house(OVERDUE + "[departments.engineering.rules.overdue]\nparams.grace = { value = 0 }\n")
    home.department("engineering")
    late = {"id": "t1", "status_category": "todo", "due": date(2026, 3, 13)}
    home.plant("project", id="p1", status="active", tasks=[late])
    home.evaluate()
    home.change("project", "p1", department_id="engineering")
    home.evaluate(ONLY_THE_PROJECT)
    assert home.states() == {"t1": "open"}
    assert [row["department_id"] for row in home.rows("verdict_count")] == ["engineering"]


def test_a_tool_that_supplies_what_the_rule_needs(house: Build) -> None:
    home = house(HEAD + HELD + 'needs = ["project.sponsor"]\ndeviates_if = "!has(task.project.sponsor)"\n')
    home.connector(provides={"project": ["name"], "task": ["title"]})
    home.connector("register", provides={"project": ["name", "sponsor"]})
    home.plant("project", id="p1", status="active", tasks=[{"id": "t1"}])
    home.evaluate()
    assert "t1" not in home.states()
    with writing(home.engine) as connection:
        connection.execute(update(source_project).values(connector="register"))
    home.evaluate(ONLY_THE_PROJECT)
    assert home.states()["t1"] == "open"


def test_a_project_whose_tasks_see_nothing_else_is_counted_and_judged_all_the_same(house: Build) -> None:
    named = HELD.replace('"task"', '"project"') + "needs = []\ndeviates_if = \"project.name == 'Tbd'\"\n"
    home = house(OVERDUE + named)
    late = {"id": "t1", "status_category": "todo", "due": date(2026, 3, 9)}
    home.plant("project", id="p1", status="active", tasks=[late])
    home.evaluate()
    counts = home.rows("verdict_count")
    home.change("project", "p1", name="Tbd")
    home.evaluate(ONLY_THE_PROJECT)
    assert home.states() == {"t1": "open", "p1": "open"}
    assert [row for row in home.rows("verdict_count") if row["rule_id"] == "overdue"] == [
        row for row in counts if row["rule_id"] == "overdue"
    ]

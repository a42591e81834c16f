"""A rule that the database cannot compute leaves its own deviations as they are, and the other rules to their work."""

from pathlib import Path

from canonical.vocabulary import EntityKind
from rules.evaluation.comparing import compare
from rules.standards import load_standards
from tests.rules.house import HEAD, House
from tests.rules.test_incremental import store

HUGE = 2**62
"""Two of these are more than SQLite can add up."""
TWO_RULES = HEAD + (
    '[rules.heavy]\nentity = "project"\nclass = "performance"\nseverity = "major"\nneeds = []\n'
    'deviates_if = "project.tasks.filter(t, has(t.original_estimate)).map(t, t.original_estimate).sum() > 100"\n'
    'message = "x"\nremedy = "y"\nsource = "z"\n'
    '[rules.unnamed]\nentity = "project"\nclass = "completeness"\nseverity = "major"\nneeds = []\n'
    "deviates_if = \"project.name == 'Tbd'\"\n"
    'message = "x"\nremedy = "y"\nsource = "z"\n'
)


def states(house: House) -> dict[str, str]:
    return {row["rule_id"]: row["state"] for row in house.deviations()}


def test_a_rule_that_fails_keeps_its_deviations_and_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(TWO_RULES, encoding="utf-8")
    with store() as engine:
        house = House(engine, load_standards(["ours.toml"], tmp_path))
        tasks = [{"id": "t1", "original_estimate": 80}, {"id": "t2", "original_estimate": 80}]
        house.plant("project", id="p1", name="Tbd", status="active", tasks=tasks)
        assert house.evaluate().problems == ()
        assert states(house) == {"heavy": "open", "unnamed": "open"}

        house.change("project", "p1", name="Engine")
        for task in ("t1", "t2"):
            house.change("task", task, original_estimate=HUGE)
        (problem,) = house.evaluate({EntityKind.TASK: ["t1", "t2"], EntityKind.PROJECT: ["p1"]}).problems
        assert problem.what == "The rule heavy could not be evaluated: integer overflow."
        assert states(house) == {"heavy": "open", "unnamed": "closed"}
        counts = {row["rule_id"]: (row["passes"], row["deviates"]) for row in house.rows("verdict_count")}
        assert counts == {"heavy": (0, 1), "unnamed": (1, 0)}

        for task in ("t1", "t2"):
            house.change("task", task, original_estimate=1)
        assert house.evaluate({}).problems == ()
        assert states(house) == {"heavy": "closed", "unnamed": "closed"}


def test_a_rule_that_fails_is_told_and_left_out_of_a_comparison(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(TWO_RULES, encoding="utf-8")
    (tmp_path / "new.toml").write_text(TWO_RULES.replace("> 100", "> 50").replace("Tbd", "Engine"), encoding="utf-8")
    with store() as engine:
        house = House(engine, load_standards(["ours.toml"], tmp_path))
        tasks = [{"id": "t1", "original_estimate": HUGE}, {"id": "t2", "original_estimate": HUGE}]
        house.plant("project", id="p1", name="Tbd", status="active", tasks=tasks)
        new = load_standards(["new.toml"], tmp_path)
        found = compare(engine, house.standards, new, house.settings, house.now)
        (problem,) = found.problems
        assert problem.what == "The rule heavy could not be evaluated: integer overflow."
        assert [(one.rule, one.kind) for one in found.impacts] == [("unnamed", "no_longer_deviates")]

"""The guide to Asana is true: its configuration and its commands are tried on a made-up Asana."""

from pathlib import Path

import pytest

from pmohub.cli import exits
from pmohub.testing.asana import Sandbox, running
from tests.docs.examples import EXCERPT, ROOT, examples, typed
from tests.docs.test_jira_guide import run

PAGE = ROOT / "docs" / "guides" / "asana.md"


def test_the_guides_configuration_and_commands_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (whole,) = (one for one in examples("toml", pages=[PAGE]) if one.saved_as)
    mapping, template = (
        one.text.removeprefix(EXCERPT) for one in examples("toml", pages=[PAGE]) if one.text.startswith(EXCERPT)
    )
    config = tmp_path / str(whole.saved_as)
    setting_up, reading, writing = examples("console", pages=[PAGE])
    with running(Sandbox(tasks=40)) as server:
        monkeypatch.setenv("MKT_ASANA_TOKEN", server.token)
        here = f'[connectors.mkt-asana]\nurl = "{server.url}"\nrequests_per_minute = 12000'
        pointed = whole.text.replace("[connectors.mkt-asana]", here)
        config.write_text(pointed.replace("Example", "Nordhaus"), encoding="utf-8")
        assert [run(*step.words) for step in typed(setting_up)] == [exits.DONE] * 2
        config.write_text(config.read_text(encoding="utf-8") + mapping, encoding="utf-8")
        assert [run(*step.words) for step in typed(reading)] == [exits.DONE] * 3
        assert run("check", "mkt-asana") == exits.DONE
        config.write_text(config.read_text(encoding="utf-8") + template, encoding="utf-8")
        capsys.readouterr()
        assert {run(*step.words) for step in typed(writing)} == {exits.DONE}
    told = capsys.readouterr()
    assert "Traceback" not in told.err
    assert "    Brand refresh (1" in told.out, "who approves sees a name, not only a number"

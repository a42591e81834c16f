"""The guide to Jira is true: its configuration and its commands are tried on a made-up Jira."""

from pathlib import Path

import pytest

from pmohub.cli import exits, main
from pmohub.testing.jira import Sandbox, Server, running
from tests.docs.examples import EXCERPT, ROOT, examples, typed

PAGE = ROOT / "docs" / "guides" / "jira.md"


def run(*words: str) -> int:
    """Type a command; give its exit code."""
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    return int(ended.value.code or 0)


def pointed(text: str, was: str, server: Server) -> str:
    """Let a configuration name a running site."""
    return text.replace(was, server.url).replace("pmo@example.com", server.email)


def test_the_guides_configuration_and_commands_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (whole,) = (one for one in examples("toml", pages=[PAGE]) if one.saved_as)
    mapping, template = (
        one.text.removeprefix(EXCERPT) for one in examples("toml", pages=[PAGE]) if one.text.startswith(EXCERPT)
    )
    config = tmp_path / str(whole.saved_as)
    setting_up, reading, writing, moving = examples("console", pages=[PAGE])
    with running(Sandbox(issues=120)) as before, running(Sandbox(issues=120)) as after:
        monkeypatch.setenv("ENG_JIRA_TOKEN", before.token)
        config.write_text(pointed(whole.text, "https://example.atlassian.net", before), encoding="utf-8")
        assert [run(*step.words) for step in typed(setting_up)] == [exits.DONE] * 2
        config.write_text(config.read_text(encoding="utf-8") + mapping, encoding="utf-8")
        assert [run(*step.words) for step in typed(reading)] == [exits.DONE] * 3
        config.write_text(config.read_text(encoding="utf-8") + template, encoding="utf-8")
        ended = {step.words[-1]: run(*step.words) for step in typed(writing)}
        # The changes of the supportive department wait for a person of its own.
        assert {word: code for word, code in ended.items() if code != exits.DONE} == {"P1": exits.FINDINGS}
        config.write_text(pointed(config.read_text(encoding="utf-8"), before.url, after), encoding="utf-8")
        assert run("sync") != exits.DONE
        assert [run(*step.words) for step in typed(moving)] == [exits.DONE] * 3
    assert "Traceback" not in capsys.readouterr().err

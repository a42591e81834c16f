"""The quick start is true: each command is run and prints what the page shows, numbers aside."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pmohub.cli import main
from tests.docs.examples import ROOT, Typed, examples, normal, typed

PAGE = ROOT / "docs" / "guides" / "quick-start.md"


def mend_the_date(folder: Path) -> None:
    plan = folder / "plan.csv"
    plan.write_text(plan.read_text(encoding="utf-8").replace(";soon;", ";02.11.2026;"), encoding="utf-8")


def add_the_field(folder: Path) -> None:
    plan = folder / "plan.csv"
    title, blank, headings, *rows = plan.read_text(encoding="utf-8").splitlines()
    lines = [title, blank, f"{headings};PMO phase", *(f"{row};" for row in rows)]
    plan.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    (template,) = (one.text for one in examples("toml", pages=[PAGE]) if "[template." in one.text)
    with (folder / "config.toml").open("a", encoding="utf-8") as config:
        config.write(template)


BETWEEN: dict[tuple[str, ...], Callable[[Path], None]] = {
    ("quarantine",): mend_the_date,
    ("report", "--open"): add_the_field,
}
"""What the page tells the reader to do by hand, after which command."""


def run(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    with pytest.raises(SystemExit):
        main([word for word in words if word != "--open"])
    printed = capsys.readouterr()
    return printed.err + printed.out if "warning" in printed.err else printed.out + printed.err


def test_every_step_prints_what_the_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (plan,) = (one for one in examples("csv", pages=[PAGE]) if one.saved_as)
    (tmp_path / str(plan.saved_as)).write_text(plan.text, encoding="utf-8")
    steps: list[Typed] = [step for one in examples("console", pages=[PAGE]) for step in typed(one)]
    for step in steps:
        printed = run(step.words, capsys)
        if step.shown.strip():
            assert sorted(normal(printed)) == sorted(normal(step.shown)), f"pmohub {' '.join(step.words)}\n{printed}"
        BETWEEN.get(step.words, lambda folder: None)(tmp_path)
    assert ";execution\n" in (tmp_path / "plan.csv").read_text(encoding="utf-8")

"""The example of a unit and of containers name commands, options and files that are there."""

import re
from pathlib import Path

import pytest
import yaml

from pmohub.cli import main

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs/examples"


def test_the_unit_calls_commands_that_are_there(capsys: pytest.CaptureFixture[str]) -> None:
    unit = (EXAMPLES / "pmohub.service").read_text(encoding="utf-8")
    called = re.findall(r"^Exec\w+=\S*/pmohub (.*)$", unit, re.MULTILINE)
    assert called == ["db upgrade --config /etc/pmohub/config.toml", "serve --config /etc/pmohub/config.toml"]
    for line in called:
        with pytest.raises(SystemExit) as ended:
            main([*line.split(" --config")[0].split(), "--help"])
        assert ended.value.code == 0
        assert "--config" in capsys.readouterr().out


def test_the_compose_file_and_the_image_name_what_is_there() -> None:
    compose = yaml.safe_load((EXAMPLES / "compose.yaml").read_text(encoding="utf-8"))
    build = compose["services"]["pmohub"]["build"]
    context = (EXAMPLES / build["context"]).resolve()
    assert context == ROOT
    image = (context / build["dockerfile"]).read_text(encoding="utf-8")
    for path in re.findall(r"/src/(\S+\.txt)", image):
        assert (ROOT / path).is_file()
    used = {name for service in compose["services"].values() for name in service["secrets"]}
    assert used == set(compose["secrets"])

"""Workbooks spoiled at random are refused with a reason or patched rightly; none ever comes out worse than it was."""

import random
import zipfile
from pathlib import Path

import pytest

from connectors.spreadsheet.patch.results import Edit, PatchResult
from connectors.spreadsheet.patch.xlsx import patch_workbook_bytes
from connectors.spreadsheet.xlsx.refusal import RefusedError
from tests.spreadsheet_writing import reading, zoo
from tests.spreadsheet_writing.packages import parts, rewrite

SPOILED = ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"]
SNIPPETS = [b"<", b">", b'"', b"/>", b"<c", b"<row>", b"</row>", b"<!--", b"]]>", b"&#0;", b' r="A1"', b"<f>", b"x:"]
SEEDS = [*range(60), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(60, 1500))]


def spoilt(data: bytes, dice: random.Random) -> bytes:
    for _ in range(dice.randint(1, 3)):
        at = dice.randrange(len(data))
        data = data[:at] + dice.choice(SNIPPETS) + data[at + dice.choice([0, 0, 1, 5]) :]
    return data


def patched_or_none(raw: bytes, edit: Edit) -> bytes | None:
    try:
        return patch_workbook_bytes(raw, [edit], PatchResult())
    except RefusedError:
        return None


def check(path: Path, raw: bytes) -> None:
    """Patch; where it went through, an independent reader must see the target changed and nothing else."""
    path.write_bytes(raw)
    try:
        before, damaged = reading.by_calamine(path), damaged_part(path)
    except Exception:  # noqa: BLE001  # whatever a reader says of a spoilt file, it then proves nothing
        return
    new = patched_or_none(raw, Edit("Plan", "C5", "changed"))
    if new is not None:
        path.write_bytes(new)
        assert reading.differing(before, reading.by_calamine(path)) <= {("Plan", 5, 3)}
        assert damaged_part(path) == damaged


def damaged_part(path: Path) -> str | None:
    with zipfile.ZipFile(path) as archive:
        return archive.testzip()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_spoilt_part_is_refused_or_patched_rightly(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311  # repeatable on purpose
    path = dice.choice([zoo.by_xlsxwriter, zoo.with_prefix, zoo.strict])(tmp_path / "plan.xlsx")
    name = dice.choice(SPOILED)
    rewrite(path, {name: spoilt(parts(path)[name], dice)})
    check(path, path.read_bytes())


@pytest.mark.parametrize("seed", SEEDS)
def test_a_spoilt_archive_is_refused_or_patched_rightly(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311  # repeatable on purpose
    path = zoo.by_xlsxwriter(tmp_path / "plan.xlsx")
    raw = bytearray(path.read_bytes())
    for _ in range(dice.randint(1, 4)):
        raw[dice.randrange(len(raw))] = dice.randrange(256)
    check(path, bytes(raw))

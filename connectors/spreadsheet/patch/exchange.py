"""A file exchanged whole, in one step, so that nobody ever reads half of it and no edit made meanwhile is lost.

On Linux `renameat2(RENAME_EXCHANGE)` swaps two names atomically (man 2 renameat2). What comes out is then compared with
what was read: if somebody saved in between, their file is put back.
"""

import contextlib
import ctypes
import errno
import glob
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from connectors.spreadsheet.xlsx.refusal import Reason, RefusedError

_RENAME_EXCHANGE = 2
_IN_CURRENT_FOLDER = -100
_UNFINISHED, _FINISHED = ".part~", ".pmohub~"
_TRIAL, _MOST_TRIALS = ".pmohub-trial-", 3
_UNSUPPORTED = frozenset({errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP})


def digest(data: bytes) -> str:
    """Give the SHA-256 of bytes in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _short(sha256: str) -> str:
    return sha256[:16]


def who_has_open(path: Path) -> str:
    """Say who has the file open, by the mark that Excel or LibreOffice lays beside it; empty when nobody."""
    excel, office = path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#")
    if excel.exists():
        return f"it is open in Excel{_named(_excel_user(excel))}"
    if office.exists():
        return f"it is open in LibreOffice{_named(_office_user(office))}"
    return ""


def read_source(path: Path, limit: int, expected: str | None) -> bytes:
    """Give the bytes of a file that shall be patched.

    Raises:
        RefusedError: it is open elsewhere, missing, larger than `limit`, or has another SHA-256 than `expected`.
    """
    try:
        opened = who_has_open(path)
        if opened:
            raise RefusedError(Reason.OPEN_ELSEWHERE, opened)
        if path.stat().st_size > limit:
            raise RefusedError(Reason.TOO_LARGE, f"it is larger than {limit // 1024 // 1024} MB")
        raw = path.read_bytes()
    except OSError as error:
        raise RefusedError(Reason.OUT_OF_REACH, f"it cannot be read: {error.strerror}") from error
    if expected is not None and expected != digest(raw):
        raise RefusedError(Reason.CHANGED_MEANWHILE, "it was saved by somebody since it was read")
    return raw


def can_exchange(folder: Path) -> bool:
    """Tell whether two files of this folder can be swapped atomically (network shares often cannot).

    It is tried in a folder of its own, and such folders of killed processes are removed first.
    """
    for _ in range(_MOST_TRIALS):
        try:
            for left in folder.glob(f"{_TRIAL}*"):
                shutil.rmtree(left)
            with tempfile.TemporaryDirectory(prefix=_TRIAL, dir=folder, ignore_cleanup_errors=True) as scratch:
                one, other = Path(scratch, "one"), Path(scratch, "other")
                one.touch()
                other.touch()
                return _exchange(one, other)
        except FileNotFoundError:
            # Another process took ours for a killed one's, or removed the same one in the same moment.
            continue
        except OSError:
            return False
    return False


def replace_file(path: Path, before: str, data: bytes) -> None:
    """Give the file new contents, if it still has the SHA-256 `before`; mode, owner and extended attributes stay.

    Where the folder cannot exchange names, the last moment between comparing and renaming stays unwatched.

    Raises:
        RefusedError: the file is open elsewhere, was changed, cannot be written, or was saved by somebody during the
            exchange (`OVERTOOK`; their file is then back in its place); the disk or the share failed before the
            exchange (`OUT_OF_REACH`), or after it (`UNSURE`; `settle_interrupted` and reading tell).
    """
    path = path.resolve()
    try:
        _refuse_unwritable(path)
        settle_interrupted(path)
        aside = _beside(path, before, data)
        with _gone_if_it_fails(aside):
            ours = _identity(aside)
            _refuse_if_touched(path, before)
            swapped = _exchange(aside, path)
            if not swapped:
                aside.replace(path)
    except OSError as error:
        raise RefusedError(Reason.OUT_OF_REACH, f"it cannot be exchanged: {error.strerror}") from error
    try:
        if swapped and _overtaken(aside, path, before, ours):
            raise RefusedError(Reason.OVERTOOK, "somebody saved it in the same moment; their file was put back")
        _sync_folder(path.parent)
    except OSError as error:
        words = f"it was exchanged, and what came of it cannot be seen: {error.strerror}"
        raise RefusedError(Reason.UNSURE, words) from error


@contextlib.contextmanager
def _gone_if_it_fails(aside: Path) -> Iterator[None]:
    """Leave no copy of ours beside a team's file when what is done with it fails; a full disk needs the room."""
    try:
        yield
    except (RefusedError, OSError):
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)
        raise


def _refuse_unwritable(path: Path) -> None:
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        raise RefusedError(Reason.NOT_WRITABLE, "the file or its folder may not be written")
    if path.stat().st_nlink > 1:
        raise RefusedError(Reason.NOT_WRITABLE, "it has several names (hard links), which would come apart")


def _refuse_if_touched(path: Path, before: str) -> None:
    opened = who_has_open(path)
    if opened:
        raise RefusedError(Reason.OPEN_ELSEWHERE, opened)
    if digest(path.read_bytes()) != before:
        raise RefusedError(Reason.CHANGED_MEANWHILE, "it was saved by somebody since it was read")


def _beside(path: Path, before: str, data: bytes) -> Path:
    """Write the new contents to a file beside the old one, safely on disk and read back.

    It gets its name only when complete. The name tells what was read and what was written, so that an exchange that was
    interrupted can be settled later.
    """
    part = path.with_name(f".{path.name}{_UNFINISHED}")
    with _gone_if_it_fails(part):
        with part.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        _keep_attributes(path, part)
        if part.read_bytes() != data:
            raise RefusedError(Reason.OUT_OF_REACH, "what was written could not be read back")
        return part.rename(path.with_name(f".{path.name}.{_short(before)}-{_short(digest(data))}{_FINISHED}"))


def settle_interrupted(path: Path) -> None:
    """Settle what a killed process left beside the file; a team's edit that it had taken out is put back.

    Only whoever may write the file now calls this: nobody else's unfinished copy is beside it.

    Raises:
        RefusedError: an edit was put back (`OVERTOOK`), or could not be because the file was changed again since.
    """
    path.with_name(f".{path.name}{_UNFINISHED}").unlink(missing_ok=True)
    for left in path.parent.glob(f".{glob.escape(path.name)}.*{_FINISHED}"):
        before, _, ours = left.name.removesuffix(_FINISHED).rpartition(".")[2].partition("-")
        if _short(digest(left.read_bytes())) in {before, ours}:
            left.unlink()
        elif _short(digest(path.read_bytes())) == ours and _exchange(left, path):
            left.unlink()
            raise RefusedError(Reason.OVERTOOK, "somebody saved it while a write was cut off; their file was put back")
        else:
            words = f"an edit of the team is kept beside it as {left.name}; compare, then remove that file"
            raise RefusedError(Reason.NOT_WRITABLE, words)


def _keep_attributes(path: Path, new: Path) -> None:
    held = path.stat()
    if hasattr(os, "chown"):
        for user, group in ((held.st_uid, held.st_gid), (-1, held.st_gid)):
            try:
                os.chown(new, user, group)
                break
            except PermissionError:
                # Only the superuser may give files away; whoever saves in Excel becomes the owner as well.
                continue
    shutil.copystat(path, new)
    os.utime(new)


def _identity(path: Path) -> tuple[int, str]:
    """Tell a file from another one with the same contents, and from itself with others."""
    return path.stat().st_ino, digest(path.read_bytes())


def _overtaken(out: Path, path: Path, before: str, ours: tuple[int, str]) -> bool:
    """Tell whether the exchange took out another file than was read; if so, swap until the team's last one is back."""
    inside, found = ours, _identity(out)
    overtaken = found[1] != before
    settled = not overtaken
    while not settled:
        _exchange(out, path)
        was_inside = inside
        inside, found = found, _identity(out)
        # Something else than what stood there came out: yet another save, newer than the one put back.
        settled = found == was_inside
    with contextlib.suppress(OSError):  # ours, or what was read: the next write to this file removes it
        out.unlink()
    return overtaken


def _exchange(one: Path, other: Path) -> bool:
    """Swap two names; False where the system or the file system cannot."""
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    done: int = rename(_IN_CURRENT_FOLDER, os.fsencode(one), _IN_CURRENT_FOLDER, os.fsencode(other), _RENAME_EXCHANGE)
    if done == 0:
        return True
    number = ctypes.get_errno()
    if number in _UNSUPPORTED:
        return False
    raise OSError(number, os.strerror(number))


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _UNSUPPORTED:  # many network shares cannot
            raise
    finally:
        os.close(handle)


def _named(user: str) -> str:
    return f" by {user}" if user else ""


def _excel_user(mark: Path) -> str:
    # A byte with the length of the name, then the name.
    try:
        held = mark.read_bytes()
    except OSError:
        return ""
    return held[1 : 1 + held[0]].decode("cp1252", "replace").strip() if held else ""


def _office_user(mark: Path) -> str:
    try:
        return mark.read_text("utf-8", "replace").split(",")[0].strip()
    except OSError:
        return ""

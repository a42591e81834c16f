"""The child process that reads files: run as a module, it takes jobs on its input and answers with chunks.

A workbook can make its reader abort, spin or fill the memory; here that ends a process that nobody else lives in.
"""

import contextlib
import math
import os
import pickle
import select
import sys
from collections.abc import Iterator
from typing import IO

from connectors.spreadsheet.reading.job import IDLE_SECONDS, Answer, Chunk, Failed, Job, Task
from connectors.spreadsheet.reading.locating import locate
from connectors.spreadsheet.reading.signature import UnreadableFileError, unreadable
from connectors.spreadsheet.reading.surveying import survey
from connectors.spreadsheet.reading.work import read_file

with contextlib.suppress(ImportError):
    import resource


def _limit_memory(job: Job) -> None:
    if "resource" in globals():
        size = job.options.memory_mb << 20
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (size, size))


def _limit_time(job: Job) -> None:
    if "resource" in globals():
        used = resource.getrusage(resource.RUSAGE_SELF)
        soft = math.ceil(used.ru_utime + used.ru_stime) + job.options.seconds
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _answer(job: Job, answers: IO[bytes]) -> None:
    try:
        for answer in _answers(job):
            pickle.dump(answer, answers, pickle.HIGHEST_PROTOCOL)
            answers.flush()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001  # a panic of the reader's Rust code is no Exception, and ends here too
        told = _told(job, error)
        pickle.dump(Failed(told.problem, told.passes), answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()


def _answers(job: Job) -> Iterator[Chunk | Answer]:
    match job.task:
        case Task.READ:
            return read_file(job)
        case Task.LOCATE:
            return iter([Answer(list(locate(job, job.wanted)))])
        case Task.SURVEY:
            return iter([Answer(survey(job))])


def _told(job: Job, error: BaseException) -> UnreadableFileError:
    match error:
        case UnreadableFileError():
            return error
        case FileNotFoundError():
            return unreadable(job.place, "The file has gone meanwhile.", "Sync again.", passes=True)
        case PermissionError():
            step = "Close it in other programs, and see that the account of pmohub may read it."
            what = "The file cannot be opened: it is locked or not readable."
            return unreadable(job.place, what, step, passes=True)
        case MemoryError():
            what = f"Reading the file would take more than {job.options.memory_mb:,} MB of memory."
            return unreadable(job.place, what, "Split the workbook, or raise memory_mb for this connector.")
        case OSError():
            what = f"The file cannot be read: {error.strerror or error}."
            return unreadable(job.place, what, "See that its disk or share is there, and try again.", passes=True)
        case _:
            step = "Open it in a spreadsheet program and save it again; if that does not help, report it with the file."
            what = f"The file cannot be read: {type(error).__name__}: {str(error)[:200]}."
            return unreadable(job.place, what, step)


def _has_work() -> bool:
    if os.name == "nt":
        # Windows cannot wait for a pipe with a limit; there the child waits until its parent ends.
        return True
    ready, _, _ = select.select([0], [], [], IDLE_SECONDS)
    return bool(ready)


def main() -> None:
    """Answer jobs until the input ends."""
    jobs = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    # Nothing that a library prints may get between the answers.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    limited = False
    while True:
        if not _has_work():
            return
        try:
            job: Job = pickle.load(jobs)  # noqa: S301  # written by the parent
        except EOFError:
            return
        if not limited:
            _limit_memory(job)
            limited = True
        _limit_time(job)
        try:
            _answer(job, answers)
        except (BrokenPipeError, KeyboardInterrupt):
            os._exit(1)


if __name__ == "__main__":
    main()
    sys.exit(0)

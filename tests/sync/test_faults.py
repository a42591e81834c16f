"""The Nth call to the tool fails, for every N: the run says so, keeps what it has, and the next one makes it whole."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from canonical.store import RunState
from canonical.vocabulary import EntityKind
from pmohub.testing.memory import Fault, nasty_tool, small_tool
from tests.sync.conftest import emptied, store_of, sync


@pytest.mark.parametrize("forever", [False, True], ids=["once", "for ever"])
@pytest.mark.parametrize("fault", Fault)
def test_after_a_failed_call_the_next_run_makes_the_store_whole(
    engine: Engine, fault: Fault, forever: bool, tell: Callable[[str], None]
) -> None:
    tool = small_tool()
    sync(engine, tool)
    wanted, calls = store_of(engine), len(tool.calls)
    for number in range(1, calls + 1):
        emptied(engine)
        tool = small_tool()
        tool.fail(fault, call=number, forever=forever)
        failed = sync(engine, tool)
        assert (failed.state, failed.problems[0].next_step != "") == (RunState.FAILED, True)
        assert failed.counts.changed == 4 * max(0, min(number - 2, 3)), "what was given before is kept"
        tool.recover()
        assert sync(engine, tool).state is RunState.DONE
        assert store_of(engine) == wanted
    tell(f"{calls} points, every call of a run")


def test_a_tool_that_fails_again_and_again_is_read_to_its_end_all_the_same(engine: Engine) -> None:
    tool = nasty_tool()
    sync(engine, tool, page_size=8)
    wanted = store_of(engine)
    emptied(engine)
    tool = nasty_tool()
    for _ in range(20):
        tool.fail(Fault.DOWN, call=6)
        if sync(engine, tool, page_size=8).state is RunState.DONE:
            break
    tool.recover()
    assert sync(engine, tool, page_size=8).state is RunState.DONE
    assert store_of(engine) == wanted


def test_a_deletion_that_falls_into_an_interrupted_listing_is_not_missed(engine: Engine) -> None:
    tool = small_tool()
    tool.fail(Fault.DOWN, call=4)
    sync(engine, tool)
    tool.remove(EntityKind.PERSON, "u1")
    report = sync(engine, tool)
    assert (report.state, report.counts.deleted) == (RunState.DONE, 1)

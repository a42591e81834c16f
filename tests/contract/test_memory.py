import pytest

from canonical.vocabulary import EntityKind
from connectors.base import Reader, Target, Writer
from pmohub.testing.contract import ConnectorContract, Key
from pmohub.testing.memory import Fault, reader_of, small_tool, writer_of


class TestMemory(ConnectorContract):
    target = Target(EntityKind.TASK, "BETA-2", "risk", "risk note")
    secrets = ("memory-token",)
    largest_batch = 4

    @pytest.fixture(autouse=True)
    def tool(self) -> None:
        self.tool = small_tool()
        self.team_sets("none")

    def reader(self) -> Reader:
        return reader_of(self.tool, page_size=4, carriers={EntityKind.TASK: {"risk": "risk note"}})

    def writer(self) -> Writer:
        return writer_of(self.tool)

    def team_sets(self, value: str) -> None:
        self.tool.put(EntityKind.TASK, "BETA-2", **{"risk note": value})

    def team_deletes(self) -> Key:
        self.tool.remove(EntityKind.TASK, "ALPHA-3")
        return EntityKind.TASK, "ALPHA-3"

    def spoil(self) -> Key:
        self.tool.put(EntityKind.TASK, "BETA-1", due="31 February")
        return EntityKind.TASK, "BETA-1"

    def hide(self) -> None:
        self.tool.withhold("ALPHA", shown=1)

    def take_down(self) -> None:
        self.tool.fail(Fault.DOWN, forever=True)

    def state(self) -> object:
        return {key: dict(item.values) for key, item in self.tool.items.items()}

"""The whole suite in one class."""

from pmohub.testing.contract.history import HistoryContract
from pmohub.testing.contract.hooks import Key, ToolHooks
from pmohub.testing.contract.pulling import PullingContract
from pmohub.testing.contract.reading import ReadingContract
from pmohub.testing.contract.writing import WritingContract

__all__ = ["ConnectorContract", "Key", "ToolHooks"]


class ConnectorContract(ReadingContract, PullingContract, HistoryContract, WritingContract):
    """Everything that a connector has to keep."""

from pmohub.testing.contract import ConnectorContract
from pmohub.testing.memory.hooks import MemoryHooks


class TestMemory(MemoryHooks, ConnectorContract):
    """The smallest connector keeps the whole contract."""

"""The contract suite: each sentence of connectors/base.py as a test, named for what must hold.

A connector's test class inherits `ConnectorContract` and says how its tool is set up and edited; see `ToolHooks`.
"""

import pytest

pytest.register_assert_rewrite(*(f"{__name__}.{part}" for part in ("history", "pulling", "reading", "writing")))

from pmohub.testing.contract.suite import ConnectorContract, Key, ToolHooks  # noqa: E402  # rewritten when imported

__all__ = ["ConnectorContract", "Key", "ToolHooks"]

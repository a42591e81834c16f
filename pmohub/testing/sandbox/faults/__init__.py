"""What can go wrong between a client and a tool, on demand: at the Nth request to an address, once or for ever."""

from pmohub.testing.sandbox.faults.injector import Faulty
from pmohub.testing.sandbox.faults.plan import Fault, Faults, Kind
from pmohub.testing.sandbox.faults.words import GATEWAY, Words

__all__ = ["GATEWAY", "Fault", "Faults", "Faulty", "Kind", "Words"]

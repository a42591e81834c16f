"""What can go wrong between a client and a Jira, on demand: at the Nth request to an address, once or for ever."""

from pmohub.testing.jira.faults.injector import Faulty
from pmohub.testing.jira.faults.plan import Fault, Faults, Kind

__all__ = ["Fault", "Faults", "Faulty", "Kind"]

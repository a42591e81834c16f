"""What can go wrong between a client and a Jira, on demand, in Jira's words."""

from pmohub.testing.jira.faults.pages import WORDS
from pmohub.testing.sandbox.faults import Fault, Faults, Faulty, Kind

__all__ = ["WORDS", "Fault", "Faults", "Faulty", "Kind"]

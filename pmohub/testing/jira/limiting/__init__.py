"""The limits that a real Jira puts on requests, with the headers by which it tells of them, and the lies in those."""

from pmohub.testing.jira.limiting.cloud import CloudLimits, Lie
from pmohub.testing.jira.limiting.data_center import DataCenterLimits
from pmohub.testing.jira.limiting.middleware import Limiting, Limits

__all__ = ["CloudLimits", "DataCenterLimits", "Lie", "Limiting", "Limits"]

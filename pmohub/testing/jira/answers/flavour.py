"""Which Jira the sandbox is."""

from enum import StrEnum


class Flavour(StrEnum):
    """Cloud or Data Center; the words are those of the connector's option `flavour`."""

    CLOUD = "cloud"
    DATA_CENTER = "data_center"

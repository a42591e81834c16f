"""What the entry point names."""

from collections.abc import Sequence

from canonical.vocabulary import EntityKind
from connectors.base import ConnectorContext, CustomField, Reader, Writer
from connectors.jira.config import JiraOptions
from connectors.jira.mapping.plan import own_fields
from connectors.jira.reader import JiraReader
from connectors.jira.writer import JiraWriter


class JiraKind:
    """Makes a reader and a writer of a Jira, Cloud or Data Center."""

    name = "jira"
    options = JiraOptions

    def custom_fields(self, options: JiraOptions) -> Sequence[CustomField]:
        """Name the fields of the admin's own that have a type in the configuration; what others hold, Jira knows."""
        return [
            CustomField(EntityKind.TASK, name, field.type, ("fields", name))
            for name, field in own_fields(options).items()
            if field.type is not None
        ]

    def reader(self, options: JiraOptions, context: ConnectorContext) -> Reader:
        """Make the object that can read; Jira is asked when it is used."""
        return JiraReader(options, context)

    def writer(self, options: JiraOptions, context: ConnectorContext) -> Writer:
        """Make the object that can write; Jira is asked when it is used."""
        return JiraWriter(options, context)


KIND = JiraKind()

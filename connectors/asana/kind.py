"""What the entry point names."""

from collections.abc import Sequence

from canonical.vocabulary import EntityKind
from connectors.asana.config import AsanaOptions
from connectors.asana.mapping.plan import TABLES, own_fields
from connectors.asana.reader import AsanaReader
from connectors.asana.writer import AsanaWriter
from connectors.base import ConnectorContext, CustomField, Reader, Writer


class AsanaKind:
    """Makes a reader and a writer of workspaces of Asana."""

    name = "asana"
    options = AsanaOptions

    def custom_fields(self, options: AsanaOptions) -> Sequence[CustomField]:
        """Name the fields of the admin's own that have a type in the configuration; what others hold, Asana knows."""
        return [
            CustomField(entity, name, field.type, (TABLES[entity], name))
            for entity in (EntityKind.TASK, EntityKind.PROJECT)
            for name, field in own_fields(options, entity).items()
            if field.type is not None
        ]

    def reader(self, options: AsanaOptions, context: ConnectorContext) -> Reader:
        """Make the object that can read; Asana is asked when it is used."""
        return AsanaReader(options, context)

    def writer(self, options: AsanaOptions, context: ConnectorContext) -> Writer:
        """Make the object that can write; Asana is asked when it is used."""
        return AsanaWriter(options, context)


KIND = AsanaKind()

"""What the configuration says about departments, precedence, people and projects, as far as identity needs it."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from hashlib import blake2b

from pydantic import BaseModel, ConfigDict, Field

from canonical.vocabulary import PmoMode


class DepartmentSettings(BaseModel):
    """A department as configured; `timezone` an IANA name, `holidays` a region such as `DE-BE`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    mode: PmoMode = PmoMode.SUPPORTIVE
    timezone: str = "UTC"
    holidays: str | None = None


class ConnectorDepartments(BaseModel):
    """The department of a connector's projects: `by` goes from a field to its values (`*` matches any) to departments.

    A field is `key`, `name`, `portfolio`, `url`, or the name of a mapped field.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    default: str
    by: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)

    def department_of(self, values: Mapping[str, object]) -> str:
        """Choose by the values of a source project's fields; the first entry that matches counts."""
        for field, choices in self.by.items():
            written = values.get(field)
            each = written if isinstance(written, list) else [written]
            for pattern, department in choices.items():
                if any(value is not None and fnmatchcase(str(value), pattern) for value in each):
                    return department
        return self.default


class ResolutionSettings(BaseModel):
    """Everything from the configuration that decides what a resolution finds.

    `precedence` names connectors by project field, the leading one first. Each entry of `people` and of `projects`
    lists names of one person or one project: e-mails and names, keys, urls and PMO ids; `connector:value` limits a name
    to one connector and may then also be the tool's own id.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    departments: tuple[DepartmentSettings, ...] = ()
    connectors: Mapping[str, ConnectorDepartments] = Field(default_factory=dict)
    precedence: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    people: tuple[tuple[str, ...], ...] = ()
    projects: tuple[tuple[str, ...], ...] = ()
    timezone: str = "UTC"

    def fingerprint(self) -> str:
        """Tell these settings from others."""
        return blake2b(self.model_dump_json().encode(), digest_size=10).hexdigest()

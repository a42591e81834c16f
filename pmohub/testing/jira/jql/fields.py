"""The fields of every site, under all the names that JQL has for them, and the operators that each type takes.

Source: Atlassian, "JQL fields" (names, aliases, field types, supported and unsupported operators).
"""

from pmohub.testing.jira.jql.site import Field, FieldType, Site
from pmohub.testing.jira.jql.syntax import Operator

_EQUALITY = frozenset({Operator.EQUALS, Operator.DIFFERS, Operator.IN, Operator.NOT_IN, Operator.IS, Operator.IS_NOT})
COMPARISONS = frozenset({Operator.LESS, Operator.AT_MOST, Operator.MORE, Operator.AT_LEAST})
WAS = frozenset({Operator.WAS, Operator.WAS_NOT, Operator.WAS_IN, Operator.WAS_NOT_IN})
HISTORY = WAS | {Operator.CHANGED, Operator.NOT_CHANGED}
LISTS = frozenset({Operator.IN, Operator.NOT_IN, Operator.WAS_IN, Operator.WAS_NOT_IN})
_TEXT = frozenset({Operator.LIKE, Operator.UNLIKE, Operator.IS, Operator.IS_NOT})
OPERATORS = {
    each: _TEXT if each is FieldType.TEXT else _EQUALITY
    if each in {FieldType.CHOICE, FieldType.PERSON, FieldType.LABEL}
    else _EQUALITY | COMPARISONS
    for each in FieldType
}  # fmt: skip

TEXT_FIELDS = ("summary", "description", "environment", "comment")

_C, _R, _I, _P = FieldType.CHOICE, FieldType.RANKED, FieldType.ISSUE, FieldType.PERSON
SYSTEM_FIELDS = (
    Field("project", _C, ("project",)),
    Field("category", _C, ("category",), sortable=False),
    Field("issue", _I, ("key", "issuekey", "issue", "id")),
    Field("issuetype", _C, ("issuetype", "type")),
    Field("status", _C, ("status",), history=True),
    Field("statusCategory", _C, ("statusCategory",)),
    Field("resolution", _C, ("resolution",), history=True),
    Field("priority", _R, ("priority",), history=True),
    Field("assignee", _P, ("assignee",), history=True),
    Field("reporter", _P, ("reporter",), history=True),
    Field("creator", _P, ("creator",)),
    Field("labels", FieldType.LABEL, ("labels", "label")),
    Field("component", _C, ("component", "components")),
    Field("fixVersion", _R, ("fixVersion", "fixVersions"), history=True),
    Field("affectedVersion", _R, ("affectedVersion", "affectsVersion", "versions")),
    Field("parent", _I, ("parent",)),
    Field("created", FieldType.INSTANT, ("created", "createdDate")),
    Field("updated", FieldType.INSTANT, ("updated", "updatedDate")),
    Field("resolved", FieldType.INSTANT, ("resolved", "resolutiondate")),
    Field("statusCategoryChangedDate", FieldType.INSTANT, ("statusCategoryChangedDate",)),
    Field("duedate", FieldType.DATE, ("due", "duedate")),
    Field("summary", FieldType.TEXT, ("summary",)),
    Field("description", FieldType.TEXT, ("description",)),
    Field("environment", FieldType.TEXT, ("environment",)),
    Field("comment", FieldType.TEXT, ("comment",), sortable=False),
    Field("text", FieldType.TEXT, ("text",), sortable=False),
    Field("worklogDate", FieldType.DATE, ("worklogDate",), sortable=False),
    Field("worklogAuthor", _P, ("worklogAuthor",), sortable=False),
    Field("originalEstimate", FieldType.DURATION, ("originalEstimate", "timeoriginalestimate")),
    Field("remainingEstimate", FieldType.DURATION, ("remainingEstimate", "timeestimate")),
    Field("timeSpent", FieldType.DURATION, ("timeSpent",)),
)
_BY_NAME = {name.casefold(): field for field in SYSTEM_FIELDS for name in field.names}


def named(name: str, site: Site) -> tuple[Field, ...]:
    """Find the fields of a name, in any case: a system field, or every custom field that is called so (also Sprint).

    A custom field goes by its name, by `cf[10200]`, and in Cloud by its name with its type: `Sponsor[People]`.
    """
    wanted = name.casefold()
    if field := _BY_NAME.get(wanted):
        return (field,)
    spellings = {wanted, wanted.rpartition("[")[0]} if wanted.endswith("]") else {wanted}
    return tuple(
        field
        for field in site.custom_fields()
        if wanted == f"cf[{field.id.removeprefix('customfield_')}]"
        or any(each.casefold() in spellings for each in field.names)
    )

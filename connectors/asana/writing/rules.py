"""What may be asked of Asana when writing, beside what may be read: single edits, and nothing that deletes.

None of it is repeatable: sent again after an answer was lost, it could take away what somebody typed meanwhile, or post
twice.
"""

from connectors.asana.client.rules import READING
from connectors.http import Rule

_WRITE = (
    ("PUT", "tasks/{}"),
    ("PUT", "projects/{}"),
    ("POST", "sections/{}/addTask"),
    ("POST", "projects/{}/addCustomFieldSetting"),
    ("POST", "custom_fields/{}/enum_options"),
    ("POST", "status_updates"),
)

WRITING = (*READING, *(Rule(method, f"/{path}", repeatable=False) for method, path in _WRITE))

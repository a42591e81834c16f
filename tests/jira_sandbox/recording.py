"""Everything that a running Jira is asked and answers, held against Atlassian's documents when the test is over.

    def test_a_pull_reads_every_issue(validated: Recorder) -> None:
        with running(Sandbox(), around=validated) as server: ...

What the connector sends is held against them, too. Where a document is wrong or narrower than the service, `KNOWN` says
so and why; nothing else is let through.
"""

import re
from dataclasses import replace

from tests.documents import recording
from tests.documents.openapi import Exchange
from tests.documents.recording import Known
from tests.jira_sandbox.openapi import cloud, server

ADDRESS = re.compile(r"/rest/api/(\w+)/(.*)")
KNOWN = (
    Known("", "^answer: .*: None (for not nullable|is not of type)", "absent values are sent as null, nullable or not"),
    Known("changelog/bulkfetch", "/created: .* is not of type 'string'", "a number in the document's own example, too"),
    Known("/2/project[?]", "^no parameter includeArchived$", "since 7.10, when archiving came; the document is of 7.6"),
)


class Recorder(recording.Recorder):
    """A layer around a Jira that keeps what passes."""

    def __init__(self) -> None:
        super().__init__(faults_of, KNOWN)


def faults_of(exchange: Exchange) -> list[str]:
    """Hold an exchange of REST v3 against Cloud's document; one of v2 against that or Data Center's, without bodies."""
    address = ADDRESS.fullmatch(exchange.path)
    cloud_document, server_document = cloud(), server()
    if address is None or cloud_document is None or server_document is None:
        return []
    version, path = address.groups()
    as_cloud = replace(exchange, path=f"/rest/api/3/{path}")
    if version == "3":
        return cloud_document.faults(as_cloud, bodies=True)
    found = cloud_document.faults(as_cloud, bodies=False)
    return found and server_document.faults(replace(exchange, path=f"/rest/api/2/{path}"), bodies=False)

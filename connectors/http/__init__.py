"""The only place that sends: what a reader or a writer may ask of a tool passes one gate, whichever library asks."""

from connectors.http.errors import CallError
from connectors.http.rules import Rule
from connectors.http.session import Answer, Session
from connectors.http.site import Site, site_at, unprotected

__all__ = ["Answer", "CallError", "Rule", "Session", "Site", "site_at", "unprotected"]

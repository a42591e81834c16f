"""Notices: a digest a day for who can act on deviations, and a word to the admin when a tool fails."""

from pmohub.notices.telling import tell, waiting

__all__ = ["tell", "waiting"]

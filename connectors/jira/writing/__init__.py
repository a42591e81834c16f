"""Approved changes of fields brought into Jira: encoded, checked before they are sent, verified by its own history."""

"""Approved changes of fields brought into Asana: encoded, checked before they are sent, verified by its own history."""

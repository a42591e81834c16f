"""Asks Asana; the only part of this connector that talks HTTP."""

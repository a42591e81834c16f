"""Reads everything, then what changed, and by the census what is gone."""

"""What mappings of every tool's JSON to canonical records have in common; pure."""

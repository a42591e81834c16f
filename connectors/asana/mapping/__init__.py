"""From Asana's JSON to canonical records; pure, and never stopped by what a field holds."""

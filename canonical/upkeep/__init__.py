"""Looking after the store: backups, checks that nothing contradicts itself, and what is kept for how long."""

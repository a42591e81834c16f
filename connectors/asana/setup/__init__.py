"""For `pmohub check` and `pmohub discover`."""

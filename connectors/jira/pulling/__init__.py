"""One pull: what to ask for, in which order, and where the next one begins."""

"""The search: which issues a query finds, in which order, for whom."""

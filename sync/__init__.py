"""Runs: pull, store, resolve, evaluate, plan, apply; the journal of what was written; leases."""

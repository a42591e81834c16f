"""Connectors: one package per tool. They know canonical records and nothing else of ours, nor each other."""

"""What connectors to tools that compare nothing for us have in common when they write."""

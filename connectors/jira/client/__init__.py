"""The only files that talk to Jira."""

"""A stateful Jira for tests: Cloud (v3) and Data Center (v2), on loopback, with nothing of Atlassian in it."""

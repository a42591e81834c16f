from tests.jira_sandbox.fixtures import validated  # noqa: F401  # fixtures

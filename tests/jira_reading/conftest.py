from tests.jira_sandbox.fixtures import jira820, validated  # noqa: F401  # fixtures

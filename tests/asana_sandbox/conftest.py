from tests.asana_sandbox.fixtures import validated  # noqa: F401  # a fixture

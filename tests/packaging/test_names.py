"""Our import packages have generic names; another distribution that owns one would overwrite it without a word."""

from importlib.metadata import packages_distributions

OURS = ("canonical", "connectors", "rules", "sync", "pmohub")


def test_no_other_distribution_owns_our_names() -> None:
    owners = packages_distributions()
    assert {name: set(owners[name]) for name in OURS} == {name: {"pmohub"} for name in OURS}

"""Our import packages have generic names; another distribution that owns one would overwrite it without a word."""

from importlib.metadata import packages_distributions

OURS = ("canonical", "connectors", "rules", "sync", "pmohub")


def test_no_other_distribution_owns_our_names() -> None:
    owners = packages_distributions()
    strangers = {name: set(owners.get(name, ())) - {"pmohub"} for name in OURS}
    assert strangers == {name: set() for name in OURS}

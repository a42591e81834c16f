"""What connector authors install to prove a connector: the contract suite, nasty data, sandbox servers."""

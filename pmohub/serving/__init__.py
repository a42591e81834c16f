"""What runs by itself: one connector's job through all stages, in a process of its own, when its schedule says so."""

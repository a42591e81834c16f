"""What every made-up tool has: a clock, faults on demand, chance that can be asked again, a place on loopback."""

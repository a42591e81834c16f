"""What the made-up Asana answers at which address."""

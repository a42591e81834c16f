"""How the made-up Asana tells of what it holds."""

"""The command line: `pmohub`."""


def main() -> None:
    """Run the command that was typed."""

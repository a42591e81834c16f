"""`python -m pmohub` is `pmohub`."""

from pmohub.cli import main

main()

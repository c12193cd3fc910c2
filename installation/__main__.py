"""`python -m installation` is the command `installation`."""

from installation.cli import main

main()

"""Switches the screen, which may take ten seconds: `python -m installation.screens on|off KIND OUTPUT`.

Exit code 0: something obeyed. 1: nothing did.
"""

import sys

from installation.screens.finding import find


def main() -> int:
    """Switch it, once."""
    wanted, kind, output = sys.argv[1:4]
    _, screen = find(kind, output=output)
    obeyed = screen.power(wanted == "on")
    screen.close()
    return 0 if obeyed else 1


if __name__ == "__main__":
    sys.exit(main())

"""A loop.yaml read in tests, in which there is no mistake."""

from installation.config.loop import Loop, read_loop_leniently
from installation.errors import ConfigError


def read_loop(text: str, name: str = "loop.yaml") -> Loop:
    """What a loop.yaml says. Raises ConfigError with every problem."""
    loop, problems = read_loop_leniently(text.encode(), name)
    if loop is None or problems:
        raise ConfigError(problems)
    return loop

"""The command line. The only room that prints and exits; it imports late, so that a verb pays for what it uses."""

import sys

import typer

from installation.cli.footage import archive
from installation.cli.terminal import PROBLEMS
from installation.cli.verbs import app
from installation.errors import InstallationError

app.add_typer(archive, name="footage")


def main() -> None:
    """Run a verb. What can go wrong ends in its sentence and exit code 2; `--debug` shows the traceback as well."""
    debug = "--debug" in sys.argv
    if debug:
        sys.argv.remove("--debug")
    try:
        app()
    except InstallationError as error:
        if debug:
            raise
        _end(str(error))
    except OSError as error:
        if debug:
            raise
        _end(f"{error.filename or 'This machine'}: {error.strerror or error}.")


def _end(text: str) -> None:
    typer.echo(text, err=True)
    raise SystemExit(PROBLEMS)

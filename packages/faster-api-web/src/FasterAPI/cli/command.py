"""The group of commands."""

import click

from FasterAPI.cli.check import check
from FasterAPI.cli.document import openapi
from FasterAPI.cli.routes import routes
from FasterAPI.cli.serve import dev, run
from FasterAPI.cli.shell import shell
from FasterAPI.cli.version import version

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Serve a FasterAPI application, look at it, check it."""


for _command in (run, dev, routes, check, openapi, shell, version):
    main.add_command(_command)

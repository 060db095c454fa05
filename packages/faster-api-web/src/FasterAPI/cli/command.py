"""The group of commands."""

import click

from FasterAPI._version import __version__
from FasterAPI.cli.check import check
from FasterAPI.cli.document import openapi
from FasterAPI.cli.project import new
from FasterAPI.cli.routes import routes
from FasterAPI.cli.serve import dev, run
from FasterAPI.cli.shell import shell
from FasterAPI.cli.version import version

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="FasterAPI %(version)s")
def main() -> None:
    """Make a FasterAPI project, serve an application, look at it, check it."""


for _command in (new, run, dev, routes, check, openapi, shell, version):
    main.add_command(_command)

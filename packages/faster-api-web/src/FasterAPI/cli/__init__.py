"""The command `fasterapi`: make a project, serve an application, look at it, check it.

    new              a project to begin with
    run dev          serve it, in production and while developing
    routes           its routes; with --explain everything about one
    check            what start-up finds wrong with it
    openapi          its document, and what changed between two
    shell            a prompt with it
    version          the versions installed

Exit codes: 0 done; 1 the application cannot be imported or served, or a check failed; 2 the command is written wrong,
or names an application that does not exist.
"""

from FasterAPI.cli.command import main

__all__ = ["main"]

"""`python -m FasterAPI`: the command `fasterapi`."""

from FasterAPI.cli import main

__all__: list[str] = []

main(prog_name="fasterapi")

"""What start-up finds in a program that is wrong on purpose."""

import sys
import warnings
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

from faster_core.diagnostic import Diagnostic, FasterWarning
from faster_core.exceptions import ConfigurationError
from faster_core.params import UnknownArgumentError
from tests.docs import program

__all__ = ["finding"]


def finding(file: Path) -> tuple[Diagnostic, ModuleType]:
    """Run a program and return what start-up finds in it, and the module as far as it has come.

    A program for `FA160` is run as if python-multipart were not installed.

    Raises:
        AssertionError: When start-up finds nothing.
    """
    module = program.begin(file.name, file.stem)
    hidden = {"python_multipart": None} if file.stem == "fa160" else {}
    with patch.dict(sys.modules, hidden), warnings.catch_warnings():
        warnings.simplefilter("ignore", FasterWarning)
        try:
            program.run(file.read_text("utf-8"), file.name, module)
        except (ConfigurationError, UnknownArgumentError) as error:
            return error.diagnostic, module
    diagnostics: list[Diagnostic] = module.app.diagnostics
    assert diagnostics, f"start-up found nothing in {file.name}"
    return diagnostics[0], module

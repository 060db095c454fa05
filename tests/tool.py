"""Programs that tests run where they are installed."""

import os
import shutil
import sysconfig

import pytest

__all__ = ["tool"]


def tool(name: str) -> str:
    """Return where a program is, beside the interpreter or on the path; without it the test is skipped."""
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
    found = shutil.which(name, path=path)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found

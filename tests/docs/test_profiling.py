"""The page on performance profiles an application; what it says of the profile is true."""

import re
import subprocess
import sys

from tests.docs.page import EXAMPLES


def test_the_profile_names_the_route() -> None:
    command = [sys.executable, "profiled.py"]
    done = subprocess.run(
        command, cwd=EXAMPLES / "explanation", capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    counts = re.findall(
        r"^ +(\d+)(?: +[\d.]+){4} <endpoint 1: GET /digits/\{number\}>:1\(endpoint\)$", done.stdout, re.MULTILINE
    )
    assert counts == ["200"], done.stdout

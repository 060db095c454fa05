import importlib
import subprocess
import sys

import pytest

from FasterAPI.contrib._extra import needs

INTEGRATIONS = {
    "jwt": ("jwt", "jwt"),
    "opentelemetry": ("opentelemetry", "opentelemetry"),
    "prometheus": ("prometheus_client", "prometheus"),
    "redis": ("redis", "redis"),
    "sqlalchemy": ("sqlalchemy", "sqlalchemy"),
    "structlog": ("structlog", "structlog"),
    "taskiq": ("taskiq", "taskiq"),
}


@pytest.mark.parametrize("module", INTEGRATIONS)
def test_missing_third_party_names_the_command(module: str) -> None:
    package, extra = INTEGRATIONS[module]
    program = f"""
import sys
sys.modules[{package!r}] = None  # what import finds where nothing is installed
try:
    import FasterAPI.contrib.{module}
except ImportError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == (
        f"FasterAPI.contrib.{module} requires {package}, which is not installed. "
        f"Run: pip install 'faster-api-web[{extra}]'"
    )


def test_another_missing_module_is_not_explained_away() -> None:
    with pytest.raises(ModuleNotFoundError, match="no_such_module"), needs("redis", extra="redis", user="test"):
        importlib.import_module("no_such_module")

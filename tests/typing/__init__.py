"""Programs whose types are the test: mypy reads them as strictly as the packages."""

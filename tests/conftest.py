"""Settings that every test shares; works with pytest alone, since each package is also tested by itself."""

import os

import pytest

from tests.clock import TimelessLoop

try:
    from hypothesis import HealthCheck, settings
except ImportError:
    # The environments of single packages have no hypothesis; tests that need it skip themselves.
    pass
else:
    # No deadline: two cores shared with other work say nothing about an example's cost.
    settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    # The same examples on every run, so that a red build is red again when you look.
    settings.register_profile("ci", settings.get_profile("default"), derandomize=True, print_blob=True)
    settings.load_profile("ci" if os.environ.get("CI") else "default")


@pytest.fixture
def timeless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `asyncio.run` have a clock of its own, for a test in which only the loop works: no thread, no socket."""
    monkeypatch.setattr("asyncio.events.new_event_loop", TimelessLoop)

"""The package of endpoints has no names of its own: routes use its modules, programs none of them."""

import faster_core
import faster_core.endpoint
import faster_core.endpoint.build


def test_endpoints_are_no_public_names() -> None:
    assert faster_core.endpoint.__all__ == []
    assert not set(faster_core.endpoint.build.__all__) & set(faster_core.__all__)

"""Places, written out."""

import pytest

from faster_core.codec.place import Place, path_of, suffix_of

ROOT: Place = None


@pytest.mark.parametrize(
    "place, path, suffix",
    [
        (ROOT, "$", ""),
        ((ROOT, "field", "a"), "$.a", " - at `$.a`"),
        (((ROOT, "field", "items"), "index", 0), "$.items[0]", " - at `$.items[0]`"),
        (((ROOT, "value", "a b"), "field", "x"), '$["a b"].x', " - at `$[...].x`"),
        ((ROOT, "value", 'q"\\'), '$["q\\"\\\\"]', " - at `$[...]`"),
        ((ROOT, "value", 5), '$["5"]', " - at `$[...]`"),
        ((ROOT, "value", "é"), "$.é", " - at `$[...]`"),
        ((ROOT, "value", "k" * 65), "$[...]", " - at `$[...]`"),
        ((ROOT, "value", "\ud800"), "$[...]", " - at `$[...]`"),
        ((ROOT, "field", "a-b"), '$["a-b"]', " - at `$.a-b`"),
        ((ROOT, "key", "k"), "$.k", " - at `key` in `$`"),
        (((ROOT, "field", "m"), "key", "k"), "$.m.k", " - at `key` in `$.m`"),
    ],
    ids=repr,
)
def test_places(place: Place, path: str, suffix: str) -> None:
    assert (path_of(place), suffix_of(place)) == (path, suffix)

"""What a tree answers."""

from faster_router import PathTemplate
from faster_router.match import Match, Miss


def test_a_match_is_true_and_a_miss_is_false() -> None:
    match = Match("target", {}, PathTemplate("/"))
    assert match
    assert not Miss()
    assert not Miss(("GET",))
    assert repr(match) == "Match(target='target', params={}, template='/')"
    assert repr(Miss(("GET",))) == "Miss(allowed=('GET',))"


def test_both_can_be_taken_apart_by_pattern() -> None:
    match Match("target", {"x": 1}, PathTemplate("/{x:int}")):
        case Match(target, params, template):
            assert (target, params, template.text) == ("target", {"x": 1}, "/{x:int}")
    match Miss(("GET", "PUT")):
        case Miss(allowed):
            assert allowed == ("GET", "PUT")


def test_misses_are_equal_by_their_methods() -> None:
    assert Miss(("GET",)) == Miss(("GET",))
    assert len({Miss(("GET",)), Miss(("GET",)), Miss()}) == 2
    assert Miss() != ()

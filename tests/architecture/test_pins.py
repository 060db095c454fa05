"""What each package asks for: its siblings, with one pin, and third parties, with a floor."""

import re
from collections import defaultdict

import pytest
from packaging.requirements import Requirement

from tests.architecture.package import PACKAGES, ROOT, Package, by_distribution

# A package may ask for these of ours and no other.
ARROWS = {
    "faster-router": set(),
    "faster-core": {"faster-router"},
    "faster-openapi": {"faster-core"},
    "faster-testclient": set(),
    "faster-api-web": {"faster-api-web", "faster-core", "faster-openapi", "faster-router", "faster-testclient"},
}

packages = pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.distribution)


def siblings(package: Package) -> list[Requirement]:
    """The requirements for another package of ours."""
    ours = set(by_distribution()) - {package.distribution}
    return [one for one in map(Requirement, package.requirements) if one.name in ours]


@packages
def test_arrows_of_the_metadata(package: Package) -> None:
    asked = {one.name for one in map(Requirement, package.requirements) if one.name in by_distribution()}
    assert asked <= ARROWS[package.distribution]


def test_all_versions_are_equal_in_their_first_two_numbers() -> None:
    assert len({tuple(package.version.split(".")[:2]) for package in PACKAGES}) == 1


def test_a_sibling_is_pinned_the_same_everywhere() -> None:
    pins: dict[str, set[str]] = defaultdict(set)
    for package in PACKAGES:
        for one in siblings(package):
            pins[one.name].add(str(one.specifier))
    assert pins
    assert {name: found for name, found in pins.items() if len(found) > 1} == {}


@packages
def test_pins_of_siblings_admit_the_version_beside_them(package: Package) -> None:
    for one in siblings(package):
        assert re.fullmatch(r"~=\d+\.\d+\.\d+", str(one.specifier)), one
        assert one.specifier.contains(by_distribution()[one.name].version), one


@packages
def test_third_parties_have_a_floor_and_no_ceiling(package: Package) -> None:
    for one in map(Requirement, package.requirements):
        if one.name not in by_distribution():
            assert [spec.operator for spec in one.specifier] == [">="], one


def test_the_router_needs_nothing() -> None:
    assert by_distribution()["faster-router"].requirements == []


@packages
def test_extras_named_by_extras_exist(package: Package) -> None:
    for one in map(Requirement, package.requirements):
        if one.name in by_distribution():
            declared = set(by_distribution()[one.name].metadata.get("optional-dependencies", {}))
            assert one.extras <= declared, one


def test_the_extra_all_reaches_every_other() -> None:
    package = by_distribution()["faster-api-web"]
    extras = package.metadata["optional-dependencies"]
    reached, waiting = set(), ["all"]
    while waiting:
        extra = waiting.pop()
        reached.add(extra)
        for one in map(Requirement, extras[extra]):
            if one.name == package.distribution:
                waiting += one.extras - reached
    assert reached == set(extras)


@packages
def test_python_versions(package: Package) -> None:
    assert package.metadata["requires-python"] == ">=3.11"
    prefix = "Programming Language :: Python :: 3."
    minors = [line.removeprefix(prefix) for line in package.metadata["classifiers"] if line.startswith(prefix)]
    assert minors == ["11", "12", "13", "14"]


def test_the_pythons_of_a_work_tree() -> None:
    assert (ROOT / ".python-version").read_text(encoding="utf-8").split() == ["3.13", "3.12", "3.11"]


def test_the_readme_lists_every_extra() -> None:
    package = by_distribution()["faster-api-web"]
    readme = (package.root / "README.md").read_text(encoding="utf-8")
    listed = {name for row in readme.splitlines() if row.startswith("| `") for name in re.findall(r"`(\w+)`", row)}
    assert listed | {"test"} == set(package.metadata["optional-dependencies"])

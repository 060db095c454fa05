"""The tests of the five packages, one folder each."""

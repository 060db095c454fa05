"""The tests of pub/sub."""

"""The tests of faster-core."""

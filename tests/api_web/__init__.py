"""The tests of faster-api-web."""

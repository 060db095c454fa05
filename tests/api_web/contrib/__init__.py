"""The tests of the integrations, one module for each."""

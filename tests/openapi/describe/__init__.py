"""Tests of faster-openapi."""

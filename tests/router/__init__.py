"""Tests of faster-router."""

"""Tests of the documentation: every program and every block of it runs."""

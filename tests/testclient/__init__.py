"""Tests of faster_testclient."""

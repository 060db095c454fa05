"""Endpoints: functions generated from plans."""

__all__: list[str] = []

"""The plan of a handler: read once from its signature, then plain data."""

from faster_core.plan.model import Plan
from faster_core.plan.reader import PlanReader

__all__ = ["Plan", "PlanReader"]

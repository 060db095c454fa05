"""A function that keeps a processor busy. It imports nothing, so that it loads in a subinterpreter."""

__all__ = ["work"]


def work(steps: int, content: bytes = b"") -> int:
    """Add up some squares and return the sum, with the length of what came along."""
    total = len(content)
    for number in range(steps):
        total += number * number
    return total

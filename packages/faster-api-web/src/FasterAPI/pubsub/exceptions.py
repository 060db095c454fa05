"""What can go wrong between who tells and who listens."""

from faster_core.exceptions import WebSocketException

__all__ = ["PubSubUnavailableError", "SlowConsumerError"]


class PubSubUnavailableError(ConnectionError):
    """The broker cannot be reached: nothing was told, or nobody listens yet."""


class SlowConsumerError(WebSocketException):
    """A listener did not keep up, and was cut off as its subscription says (`overflow="disconnect"`).

    Left alone in a WebSocket's handler, it closes the socket with 1013, "try again later".
    """

    def __init__(self, buffer: int) -> None:
        super().__init__(1013, f"More than {buffer} messages waiting")

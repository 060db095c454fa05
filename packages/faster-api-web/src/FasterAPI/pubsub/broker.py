"""What carries messages from one process to others."""

from typing import Protocol

__all__ = ["Broker", "MemoryBroker", "Receiver"]


class Receiver(Protocol):
    """Who takes what a broker brings."""

    def deliver(self, channel: str, data: bytes) -> None:
        """Take a message."""
        ...

    def interrupted(self) -> None:
        """Notice that messages may have been missed."""
        ...


class Broker(Protocol):
    """Carries messages. All of it happens on one event loop."""

    async def open(self, receiver: Receiver) -> None:
        """Begin to bring messages."""
        ...

    async def close(self) -> None:
        """Bring no more, and let go of everything."""
        ...

    async def publish(self, channel: str, data: bytes) -> None:
        """Bring a message to all who listen.

        Raises:
            PubSubUnavailableError: When that is not possible now.
        """
        ...

    async def subscribe(self, channel: str) -> None:
        """Bring the messages of a channel, from when this returns.

        Raises:
            PubSubUnavailableError: When that is not possible now.
        """
        ...

    def unsubscribe(self, channel: str) -> None:
        """Bring the messages of a channel no more. Does not wait: it is called on the way out."""
        ...


class MemoryBroker:
    """Carries messages within one process."""

    def __init__(self) -> None:
        self._receiver: Receiver | None = None

    async def open(self, receiver: Receiver) -> None:
        """Begin to bring messages."""
        self._receiver = receiver

    async def close(self) -> None:
        """Bring no more."""
        self._receiver = None

    async def publish(self, channel: str, data: bytes) -> None:
        """Bring a message to all who listen."""
        if self._receiver is not None:
            self._receiver.deliver(channel, data)

    async def subscribe(self, channel: str) -> None:
        """Do nothing: whoever listens is here."""

    def unsubscribe(self, channel: str) -> None:
        """Do nothing, likewise."""

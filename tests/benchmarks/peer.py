"""The applications that are compared, and where they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module, metadata
from importlib.util import find_spec

from tests.benchmarks.exchange import Application

__all__ = ["HAND", "OURS", "PEERS", "Peer", "installed"]


@dataclass(frozen=True)
class Peer:
    """One framework.

    Args:
        key: The name of its module below `peers`.
        title: Its name in a table.
        package: What has to be importable for it.
        distribution: Whose version a table names; None for what is written by hand.
    """

    key: str
    title: str
    package: str
    distribution: str | None = None

    @property
    def present(self) -> bool:
        """Whether this machine has it."""
        return find_spec(self.package) is not None

    @property
    def version(self) -> str:
        """Its version; of packages that are used from their sources, what the source says."""
        if self.distribution is None:
            return ""
        try:
            return metadata.version(self.distribution)
        except metadata.PackageNotFoundError:
            return str(getattr(import_module(self.package), "__version__", ""))

    def application(self, name: str) -> Application:
        """Return one of its applications, newly made: `plain`, `crowded` or `wrapped`."""
        module = import_module(f"tests.benchmarks.peers.{self.key}")
        made: Application = getattr(module, name)()
        return made


HAND = Peer("hand", "by hand", "msgspec")
OURS = Peer("ours", "FasterAPI", "FasterAPI", "faster-api-web")
PEERS = {
    peer.key: peer
    for peer in (
        HAND,
        OURS,
        Peer("black_sheep", "BlackSheep", "blacksheep", "blacksheep"),
        Peer("falcon_asgi", "Falcon", "falcon", "falcon"),
        Peer("starlette_app", "Starlette", "starlette", "starlette"),
        Peer("litestar_app", "Litestar", "litestar", "litestar"),
        Peer("fast_api", "FastAPI", "fastapi", "fastapi"),
    )
}
"""All of them, by key; written by hand first, then ours."""


def installed(keys: Sequence[str] = ()) -> tuple[list[Peer], list[str]]:
    """Return the peers that this machine has, and the titles of those that it has not.

    Args:
        keys: Which to look for, beside the one by hand; all when empty.
    """
    asked = [peer for peer in PEERS.values() if not keys or peer.key in keys or peer is HAND]
    return [peer for peer in asked if peer.present], [peer.title for peer in asked if not peer.present]

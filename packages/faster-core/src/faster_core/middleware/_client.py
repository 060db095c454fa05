"""Who a request comes from, as far as that can be known.

Spec: RFC 7239, 8.1 (why a forwarded address is no more than a claim)
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from faster_core.types import Scope

__all__ = ["ClientAddress"]

# A chain of proxies is short; what claims to be longer is not read to its end.
_MAX_HOPS = 32

# What one customer of a provider gets, and can walk through freely. Spec: RFC 6177, 2
_CUSTOMER_BITS = 64


class ClientAddress:
    """Finds the address of a client behind proxies that are known.

    The peer of the connection is who it is. Only when it is a trusted proxy, what it says about its own peer is
    believed, from the right end of the header, up to the first address that is not trusted; what stands left of that
    was written by the client.

    Args:
        trusted_proxies: Addresses and networks: `10.0.0.0/8`; `*` for whoever connects, and nobody behind it.
        header: The header in which proxies add the address of their peer.

    Raises:
        ValueError: At construction, for a text that is no network.
    """

    def __init__(self, trusted_proxies: Sequence[str], header: bytes) -> None:
        listed = [trusted_proxies] if isinstance(trusted_proxies, str) else trusted_proxies
        self._trusts_any = "*" in listed
        self._networks: list[IPv4Network | IPv6Network] = [
            ip_network(text, strict=False) for text in listed if text != "*"
        ]
        self._header = header

    def find(self, scope: Scope) -> str:
        """Return the address that stands for the client: of an IPv6 address the network of 64 bits.

        A connection without an address, by a Unix socket, is that of a proxy if `*` is trusted, or else `unknown`.
        """
        peer = scope.get("client")
        text: str = peer[0] if peer else ""
        address = _parse(text)
        # Whoever connects may be trusted, but not whoever is named: a client writes what it likes at the left end.
        if self._trusts_any or self._trusts(address):
            for hop in self._hops(scope):
                forwarded = _parse(hop)
                if forwarded is None:
                    break
                address = forwarded
                if not self._trusts(address):
                    break
        if address is None:
            return text or "unknown"
        if isinstance(address, IPv6Address):
            return str(ip_network((address, _CUSTOMER_BITS), strict=False))
        return str(address)

    def _trusts(self, address: IPv4Address | IPv6Address | None) -> bool:
        return address is not None and any(address in network for network in self._networks)

    def _hops(self, scope: Scope) -> list[str]:
        """Return what the proxies said, the nearest first."""
        lines = [value for name, value in scope["headers"] if name == self._header]
        if not lines:
            return []
        hops = b",".join(lines).decode("latin-1").rsplit(",", _MAX_HOPS)
        return [hop.strip() for hop in reversed(hops[-_MAX_HOPS:])]


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    """Return the address in `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80`, or None."""
    if len(text) > 64:
        return None
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address

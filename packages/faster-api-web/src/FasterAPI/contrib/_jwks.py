"""The public keys of an issuer, fetched from its JSON Web Key Set and followed when it changes them.

A token names its key by `kid`. A name that is not known yet may be a new key, so the set is fetched again; but anybody
can make up names, so that happens once in a while at most, and for all requests at once.

Spec: RFC 7517, 5
"""

import asyncio
import logging
import time
from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from faster_core.concurrency import run_in_threadpool
from FasterAPI.contrib._extra import needs

with needs("jwt", extra="jwt", user="FasterAPI.contrib.jwt"):
    from jwt import PyJWK, PyJWKClient

__all__ = ["KeySet", "KeysUnavailableError"]

_log = logging.getLogger("FasterAPI")

_RETRY = 5.0
"""Seconds at most that a set which could not be fetched is left alone."""


class KeysUnavailableError(Exception):
    """The keys cannot be fetched, and those that are known are too old to be believed."""


class KeySet:
    """Keys by their `kid`.

    Args:
        url: Where the set is. HTTPS, unless it is on this machine: whoever changes it on the way signs tokens.
        lifetime: Seconds that a set is believed; a key that its issuer withdraws is refused after that.
        cooldown: Seconds at least between two fetches for the sake of unknown names.
        timeout: Seconds that a fetch may take.
        clock: Tells seconds, for tests.

    Raises:
        ValueError: For a URL that is not safe.
    """

    def __init__(
        self,
        url: str,
        *,
        lifetime: float = 300.0,
        cooldown: float = 30.0,
        timeout: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not _is_safe(url):
            raise ValueError(
                f"The key set's URL {url!r} is not safe: who is on the way could change keys. Write https://…"
            )
        self._client = PyJWKClient(url, cache_jwk_set=False, timeout=timeout)
        self._lifetime = lifetime
        self._cooldown = cooldown
        self._clock = clock
        self._keys: dict[str, PyJWK] = {}
        self._good_until = float("-inf")
        self._wait_until = float("-inf")
        self._fetching: asyncio.Task[None] | None = None

    async def find(self, kid: str) -> PyJWK | None:
        """Return a key by its name, or None when the issuer has none of this name.

        Raises:
            KeysUnavailableError: When that cannot be known.
        """
        now = self._clock()
        if kid in self._keys and now < self._good_until:
            return self._keys[kid]
        if now >= self._wait_until:
            if self._fetching is None or self._fetching.done():
                self._fetching = asyncio.create_task(self._fetch())
            # One fetch serves all who wait; it goes on when the first of them is cancelled.
            await asyncio.shield(self._fetching)
        if self._clock() >= self._good_until:
            raise KeysUnavailableError(f"No keys from {self._client.uri}")
        return self._keys.get(kid)

    async def _fetch(self) -> None:
        try:
            keys = await run_in_threadpool(self._client.get_signing_keys)
        except Exception as error:  # noqa: BLE001 - whatever a broken issuer sends, there are no keys in it
            _log.error("The key set %s cannot be fetched", self._client.uri, exc_info=error)
            self._wait_until = self._clock() + min(_RETRY, self._cooldown)
            return
        self._keys = {key.key_id: key for key in keys if key.key_id is not None}
        now = self._clock()
        self._good_until = now + self._lifetime
        self._wait_until = now + min(self._cooldown, self._lifetime)


def _is_safe(url: str) -> bool:
    parts = urlsplit(url)
    if parts.scheme == "https":
        return bool(parts.hostname)
    if parts.scheme != "http" or not parts.hostname:
        return False
    try:
        return ip_address(parts.hostname).is_loopback
    except ValueError:
        return parts.hostname == "localhost"

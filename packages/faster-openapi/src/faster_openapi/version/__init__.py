"""Documents of every version of OpenAPI, made from the newest."""

from faster_openapi.version.convert import VERSIONS, exact_version, in_version

__all__ = ["VERSIONS", "exact_version", "in_version"]

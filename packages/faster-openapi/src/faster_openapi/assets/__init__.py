"""The files of the documentation pages: Swagger UI, ReDoc and Scalar.

`.github/scripts/vendor.py` of the repository brings them in.
"""

from typing import TYPE_CHECKING

from faster_core.deferred import deferred

if TYPE_CHECKING:
    from faster_openapi.assets.asset import Asset, MissingAssetsError, find_asset, load_assets
else:
    __getattr__, __dir__ = deferred(
        __name__,
        {
            "faster_openapi.assets.asset": ("Asset", "MissingAssetsError", "find_asset", "load_assets"),
        },
    )

__all__ = ["Asset", "MissingAssetsError", "find_asset", "load_assets"]

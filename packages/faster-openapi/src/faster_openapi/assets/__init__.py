"""The files of the documentation pages: Swagger UI, ReDoc and Scalar.

`.github/scripts/vendor.py` of the repository brings them in.
"""

from faster_openapi.assets.asset import Asset, MissingAssetsError, find_asset, load_assets

__all__ = ["Asset", "MissingAssetsError", "find_asset", "load_assets"]

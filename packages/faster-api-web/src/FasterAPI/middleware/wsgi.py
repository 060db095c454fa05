"""WSGI applications in an ASGI one, such as Flask below a mount. Needs the extra `wsgi`, which is a2wsgi.

app.mount("/v1", WSGIMiddleware(flask_app))
"""

from FasterAPI.contrib._extra import needs

with needs("a2wsgi", extra="wsgi", user="WSGIMiddleware"):
    from a2wsgi import WSGIMiddleware

__all__ = ["WSGIMiddleware"]

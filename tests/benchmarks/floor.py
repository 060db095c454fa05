"""What a workload cannot do without: the part of it that is a third party's, alone."""

from typing import Any

__all__ = ["FLOOR", "parse_upload"]

FLOOR = "floor"
"""Where its figure is among those of the peers."""

_EVENTS = (
    *("on_part_begin", "on_header_begin", "on_header_field", "on_header_value", "on_header_end"),
    *("on_headers_finished", "on_part_data", "on_part_end", "on_end"),
)


def _do_nothing(*arguments: object) -> None:
    pass


async def parse_upload(scope: Any, receive: Any, send: Any) -> None:
    """Let python-multipart parse a form, with call-backs that do nothing, and answer nothing."""
    from python_multipart.multipart import MultipartParser, parse_options_header

    content_type = next(value for name, value in scope["headers"] if name == b"content-type")
    callbacks: Any = dict.fromkeys(_EVENTS, _do_nothing)
    parser = MultipartParser(parse_options_header(content_type)[1][b"boundary"], callbacks)
    more = True
    while more:
        message = await receive()
        parser.write(message["body"])
        more = message["more_body"]
    parser.finalize()

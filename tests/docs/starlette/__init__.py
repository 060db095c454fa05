"""What Starlette's documentation shows, page by page, in programs that import from FasterAPI alone."""

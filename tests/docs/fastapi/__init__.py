"""What FastAPI's documentation promises, page by page, in programs of our own."""

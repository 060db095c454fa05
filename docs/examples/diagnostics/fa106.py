from FasterAPI import FasterRouter

inner = FasterRouter(prefix="/inner")
outer = FasterRouter(prefix="/outer")
outer.include_router(inner)
inner.include_router(outer)

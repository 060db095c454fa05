from FasterAPI import FasterRouter

router = FasterRouter(prefix="items/")

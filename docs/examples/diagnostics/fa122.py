from __future__ import annotations

from typing import TYPE_CHECKING

from FasterAPI import Faster

if TYPE_CHECKING:
    from decimal import Decimal

app = Faster()


@app.get("/prices")
async def read_price(at_most: Decimal) -> dict[str, str]:
    return {"at_most": str(at_most)}

from msgspec import Struct

from FasterAPI import Faster

app = Faster()


def shop_item() -> type[Struct]:
    class Item(Struct):
        price: float

    return Item


def news_item() -> type[Struct]:
    class Item(Struct):
        headline: str

    return Item


app.post("/shop", response_model=shop_item())(lambda: None)
app.post("/news", response_model=news_item())(lambda: None)
app.openapi()

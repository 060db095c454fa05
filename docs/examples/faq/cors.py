from FasterAPI import CORSMiddleware, Faster

app = Faster()
app.add_middleware(
    CORSMiddleware,
    allow_origins=["https://yourfrontend.com"],
    allow_methods=["*"],
    allow_headers=["*"],
)


@app.put("/items/{item_id}")
async def put_item(item_id: int) -> int:
    return item_id

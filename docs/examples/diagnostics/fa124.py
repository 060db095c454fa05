from collections.abc import Callable

from FasterAPI import Faster

app = Faster()


@app.post("/jobs")
async def create_job(job: Callable[[], None]) -> None:
    job()

import os
from typing import Annotated

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter

from FasterAPI import Depends, Faster
from FasterAPI.contrib.opentelemetry import OpenTelemetryMiddleware, trace_dependencies

app = Faster()
app.add_middleware(OpenTelemetryMiddleware)
trace_dependencies(app)

if os.environ.get("OTEL_TRACES_EXPORTER") == "console":
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(ConsoleSpanExporter()))
    trace.set_tracer_provider(provider)
    # What is still on its way goes out before the process ends.
    app.on_shutdown(provider.shutdown)


async def load_user(user_id: int) -> str:
    return f"user {user_id}"


@app.get("/users/{user_id}")
async def read_user(user: Annotated[str, Depends(load_user)]) -> str:
    return user

"""Integrations: one module for each extra, which imports its third party, and nothing else does.

| module | extra | gives |
|---|---|---|
| `contrib.sqlalchemy` | `sqlalchemy` | an engine in the lifespan, sessions, a health check, undone tests |
| `contrib.redis` | `redis` | a response cache that all workers share |
| `contrib.jwt` | `jwt` | bearer tokens, made and checked |
| `contrib.structlog` | `structlog` | structured logs |
| `contrib.prometheus` | `prometheus` | metrics to be scraped, of all worker processes |
| `contrib.opentelemetry` | `opentelemetry` | traces and metrics |
| `contrib.taskiq` | `taskiq` | background work in other processes, with the application's dependencies |
| `contrib.http2` | `http2` | servers that speak HTTP/2 |

Importing a module without its extra raises an ImportError that says the command to run.
"""

__all__: list[str] = []

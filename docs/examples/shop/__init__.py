"""The inventory of a shop as a web API: products, customers and orders in a database, SQLite or PostgreSQL.

main        the application: the routers, joined
products    the routers, one for each noun
customers
orders
schemas     what comes in and goes out, as Structs
tables      what is stored, as SQLAlchemy models
database    the connection pool, and a session for each request
catalogue   the first products, from `products.csv`
paging      lists in pages
versions    ETag and If-Match
security    the API key
settings    what the environment says
"""

__all__: list[str] = []

"""The same applications in several frameworks, each as its documentation would write them.

Every module makes three: `plain` with all the workloads' routes, `crowded` with a thousand routes, `wrapped` behind
CORS and GZip. Where a framework validates nothing by itself (by hand, Starlette, Falcon), msgspec does, as its users
would have it.
"""

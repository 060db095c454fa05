"""A large application in the frameworks that describe themselves.

A resource has five routes, a model and a dependency; written by hand, it is there for comparison, without a document.
Every module makes one: `stocked(resources)`.
"""

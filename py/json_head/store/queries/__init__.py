"""Queries of a store in SQL.

::

    query.py     runs a query that only reads
    position.py  finds where a query is wrong
    saved.py     queries that many people need
"""

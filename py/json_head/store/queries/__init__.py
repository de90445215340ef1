"""Queries of a store in SQL: query.py runs those that only read."""

"""Requests by a browser's fetch()."""

"""Requests over sockets, outside a browser."""

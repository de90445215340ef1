"""Prints results: for people, on GitHub, and to files."""

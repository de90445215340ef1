"""Readers of AsciiDoc and reStructuredText."""

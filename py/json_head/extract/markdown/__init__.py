"""Markdown, with MDX."""

"""Readers of Markdown and MDX."""

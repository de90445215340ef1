"""Collects the links of a check from pages, sitemaps, files and text."""

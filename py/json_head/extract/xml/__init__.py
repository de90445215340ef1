"""Extracts the links of XML: feeds, sitemaps, and any other XML."""

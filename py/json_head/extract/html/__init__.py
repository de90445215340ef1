"""Extracts the links of HTML and XHTML."""

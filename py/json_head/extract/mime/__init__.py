"""Extracts the links of e-mail messages and web archives (MIME)."""

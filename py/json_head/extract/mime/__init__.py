"""E-mail messages and web archives (MIME)."""

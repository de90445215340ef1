"""URLs that can be requested, international domain names, and template placeholders."""

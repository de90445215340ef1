"""URLs that can be requested, international domain names, template placeholders, and what a redirect changes in a URL."""

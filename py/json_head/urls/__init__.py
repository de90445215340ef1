"""Targets that can be requested, international domain names, and placeholders of templates."""

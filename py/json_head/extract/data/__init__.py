"""CSV, JSON and notebooks."""

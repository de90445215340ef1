"""Readers of CSV, JSON and Jupyter notebooks."""

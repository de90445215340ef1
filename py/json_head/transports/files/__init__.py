"""Treats files as a network of ``file:`` URLs: on the disk, or of a folder that was dropped on the page."""

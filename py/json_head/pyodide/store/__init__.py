"""Answers the page's messages about its store, and keeps its checks there."""

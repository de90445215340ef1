"""The version of json-head, for whatever needs it without the engine."""

__version__ = "1.0.0a1"

"""The version of json-head, in a module that does not import the engine."""

__version__ = "1.0.0a1"

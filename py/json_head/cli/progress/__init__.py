"""The progress of a check, on a terminal or in a log."""

"""AsciiDoc and reStructuredText."""

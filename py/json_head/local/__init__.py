"""Checks links between files: where they lead, and whether the files have the anchors that links point to."""

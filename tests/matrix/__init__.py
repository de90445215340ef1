"""The matrix: behaviours of servers and addresses, and json-head lite's verdict on each, in every browser engine.

``table.py`` is the table, in parts by subject. ``python -m tests.matrix`` checks all of it through the built page and counts
wrong verdicts. ``--table`` prints the part of docs/verdicts.md.
"""

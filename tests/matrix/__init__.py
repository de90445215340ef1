"""The matrix: what servers and addresses do, and what json-head lite is to say of each, in every browser engine.

``table.py`` is the table, in parts by subject. ``python -m tests.matrix`` asks for all of it through the built page and counts
what is wrong; ``--table`` prints what docs/verdicts.md shows of it.
"""

"""Repairs links in the text of their source. Everything here is pure: text and results in, text and a patch out.

::

    decision.py     Fix, Refusal
    moved.py        what a chain of redirects says about the address of a resource
    pages.py        whether two addresses can be the same page
    near.py         anchors and file names that differ from the written ones only in spelling
    style.py        a new address in the style of the written one: relative, without a scheme, not encoded
    rules.py        one result -> Fix or Refusal
    identifiers.py  URLs that are names, and stay
    escapes.py      how a URL is written in the syntax around it
    rewrite.py      source and changes -> new source, verified by extracting its links again
    patch.py        two versions of a file -> a unified diff
"""

"""Whole sites on loopback, and a record of the requests that they get.

``python -m tests.servers.sites traps`` serves the sites of ``traps.py`` and ``honest.py`` on many addresses, with the robots.txt of
``robots.py``. ``python -m tests.servers.sites folder DIRECTORY`` serves a folder. Tests start them with ``launch``.
"""

"""The targets: real HTTP servers on loopback with known responses, which record the requests that they get.

``cases.py`` is the table of paths and their responses, ``origins.py`` has the origins. Tests start them with
``launch.running()``. ``python -m tests.servers`` starts them from a shell and prints their origins as one line of JSON.
"""

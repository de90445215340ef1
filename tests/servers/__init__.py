"""The targets: real HTTP servers on loopback whose answers are known, and which tell what they were asked.

``cases.py`` is the table of what each path does, ``origins.py`` says which origins there are. Tests start them with
``launch.running()``; a shell starts them with ``python -m tests.servers``, which prints its origins as one line of JSON.
"""

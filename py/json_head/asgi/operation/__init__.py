"""Serves those who run the API: tokens, request ids, the access log, metrics, readiness, and several processes.

::

    tokens.py       which requests carry a valid token
    rates.py        the header fields RateLimit and RateLimit-Policy
    access_log.py   a line of JSON for each request
    metrics.py      counts for Prometheus
    front.py        the app that adds all of these to the API
    names.py        which environment variables exist
    workers.py      several processes with one listening socket
"""

# json-head's HTTP API, and the command. The API needs JSON_HEAD_HOSTS, the host that people call it by; see `json-head serve --help` for the rest.
FROM python:3.14-slim-trixie

COPY py /src/py
COPY scripts/env/requirements-test.txt /src/
# What the tests ran with, as constraints: no hashes, because the package itself has none.
RUN sed -n 's/^\([A-Za-z0-9._-]*==[^ ;]*\).*/\1/p' /src/requirements-test.txt > /src/constraints.txt \
    && pip install --no-cache-dir --disable-pip-version-check --constraint /src/constraints.txt '/src/py[relay]' \
    && rm -r /src
COPY scripts/docker/entrypoint.sh /usr/local/bin/json-head-entrypoint

USER 65534:65534
EXPOSE 8006
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8006/healthz', timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["json-head-entrypoint"]

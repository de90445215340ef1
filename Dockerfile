# json-head's HTTP API, and the command. The API needs JSON_HEAD_HOSTS, the host that people call it by; see `json-head serve --help` for the rest.
FROM python:3.14-slim-trixie@sha256:51dafde81dbdb6ebde285137a295cf18a47ca95234fe388a343719cb97305b3d AS base

FROM base AS build
COPY scripts/env/requirements-build.txt scripts/env/requirements-image.txt scripts/build/bom.py scripts/build/shipped.py /src/
COPY py /src/py
# The lock files are complete, hence --no-deps. json-head's own wheel is built here, so it is the one without a hash.
RUN python -m venv --without-pip /opt/json-head \
    && export PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    && pip install --require-hashes --no-deps --only-binary :all: -r /src/requirements-build.txt \
    && pip --python /opt/json-head/bin/python install --require-hashes --no-deps --only-binary :all: -r /src/requirements-image.txt \
    && env -C /src/py python -m hatchling build --target wheel --directory /src/dist \
    && pip --python /opt/json-head/bin/python install --no-deps --no-index /src/dist/*.whl \
    && python /src/bom.py /opt/json-head/lib/python3.14/site-packages /var/lib/dpkg/status /opt/json-head/share/json-head

FROM base
COPY --from=build /opt/json-head /opt/json-head
COPY scripts/docker/entrypoint.sh /usr/local/bin/json-head-entrypoint
ENV PATH=/opt/json-head/bin:$PATH

USER 65534:65534
EXPOSE 8006
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8006/healthz', timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["json-head-entrypoint"]

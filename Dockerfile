# syntax=docker/dockerfile:1
# Pinned by the digest that public Dockerfiles record for this tag. `deploy/pin-images --check` asks the registry whether
# the tag has moved on; the release does.
FROM python:3.13.14-slim-bookworm@sha256:67a1e1f215ccda113cfc024e8639049257e88f273898f595b61476d128d387e8 AS build
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends gcc libc6-dev \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY requirements.txt requirements-compile.txt ./
RUN python -m venv /opt/forewarn \
 && /opt/forewarn/bin/pip install --no-cache-dir --require-hashes -r requirements.txt \
 && /opt/forewarn/bin/pip install --no-cache-dir --require-hashes --target /opt/compile -r requirements-compile.txt
COPY pyproject.toml README.md LICENSE ./
COPY app ./app
COPY clients/web/dist/forewarn-alert.all.js ./clients/web/dist/
COPY rules ./rules
COPY locales ./locales
# Compile the request's path: docs/decisions/0014. The last line fails if it was not compiled.
RUN PYTHONPATH=/opt/compile HATCH_BUILD_HOOK_ENABLE_MYPYC=true \
    /opt/forewarn/bin/pip install --no-cache-dir --no-deps --no-build-isolation . \
 && /opt/forewarn/bin/pip uninstall --yes hatchling editables pip \
 && /opt/forewarn/bin/python -P -c "from app.main import compiled; assert compiled()"

FROM python:3.13.14-slim-bookworm@sha256:67a1e1f215ccda113cfc024e8639049257e88f273898f595b61476d128d387e8
# Any other user works too. Docker gives a user without a name here the group 0, so new volumes are that group's as well;
# what Forewarn makes in them is for its user alone.
RUN groupadd --gid 65532 forewarn \
 && useradd --uid 65532 --gid 65532 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin forewarn \
 && install -d -o forewarn -g 0 -m 0770 /var/lib/forewarn /var/lib/forewarn-dataset /var/lib/forewarn-keys
COPY --from=build /opt/forewarn /opt/forewarn
ENV PATH=/opt/forewarn/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    FOREWARN_STATE_DIR=/var/lib/forewarn
USER 65532:65532
# The journal lives here and must outlive the container.
VOLUME /var/lib/forewarn
# 8000 is for the exchange. 9000 has health and metrics: publish it to your monitoring only.
EXPOSE 8000 9000
# A stopping service drains for FOREWARN_DRAIN_SECONDS, then takes up to 20 more: allow 30 s before SIGKILL.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:9000/healthz', timeout=2)"]
ENTRYPOINT ["forewarn"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000", "--workers", "1", "--management-host", "0.0.0.0", "--management-port", "9000"]

# Dateline on a server: without torch, as a user who owns nothing, on a file system that may be read-only.
#     docker build -t dateline .
#     docker run --read-only --tmpfs /tmp -v dateline:/data -p 127.0.0.1:7860:7860 -e DATELINE_TOKEN dateline
# What each part is for, and what runs it beside PostgreSQL: docs/serving.md, compose.yaml

FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY . .
RUN python -m venv /opt/dateline \
    && /opt/dateline/bin/pip install --no-cache-dir --no-deps -r requirements-server.txt \
    && PIP_CONSTRAINT=constraints.txt /opt/dateline/bin/pip install --no-cache-dir --no-deps . \
    && /opt/dateline/bin/pip uninstall --yes pip setuptools \
    && mkdir /opt/data

FROM python:3.11-slim-bookworm
COPY --from=build /opt/dateline /opt/dateline
COPY --from=build --chown=10001:10001 /opt/data /data
ENV PATH=/opt/dateline/bin:/usr/local/bin:/usr/bin:/bin \
    HOME=/tmp XDG_DATA_HOME=/data DATELINE_LIBRARY=/data/library \
    PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 7860
HEALTHCHECK --start-period=60s --interval=30s --timeout=5s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/healthz', timeout=4)"]
ENTRYPOINT ["dateline"]
CMD ["serve", "--host", "0.0.0.0", "--api-only", "--log-format", "json"]

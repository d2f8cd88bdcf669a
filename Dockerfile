# One image for the web server, the upkeep and the operator's commands. docs/production.md says how
# to run it. The first stage installs with the same `make setup` as everybody; the second holds only
# its result, runs as nobody in particular, and writes nowhere but to /data and /tmp.

FROM python:3.11-slim-bookworm AS build
RUN apt-get update \
 && apt-get install --yes --no-install-recommends make \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /footing
COPY Makefile pyproject.toml ./
COPY requirements requirements
COPY app app
RUN make setup
COPY migrations migrations
COPY static static
COPY templates templates
# Now, because nothing can be written later: without it each start compiles everything again.
RUN .venv/bin/python -m compileall -q app migrations .venv/lib

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin footing \
 && install --directory --owner=footing --group=footing --mode=0700 /data
WORKDIR /footing
COPY --from=build /footing /footing
ENV FOOTING_DATA_DIR=/data \
    FOOTING_HOST=0.0.0.0 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
VOLUME /data
EXPOSE 8000
ENTRYPOINT ["/footing/.venv/bin/footing"]
CMD ["serve"]

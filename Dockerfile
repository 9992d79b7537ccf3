# One node of Kroniek. There is no Postgres inside: point it to one with DATABASE_URL. See docs/operations.md.

ARG RUST=1.95
ARG DEBIAN=bookworm

FROM rust:${RUST}-slim-${DEBIAN} AS build
WORKDIR /build
COPY Cargo.toml Cargo.lock clippy.toml ./
COPY demo demo
COPY migrations migrations
COPY src src
# The caches outlive the image, so that a change of the source does not build every dependency again.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target \
    cargo build --locked --release \
    && install -D target/release/kroniek /out/kroniek

FROM debian:${DEBIAN}-slim
# The roots that a Postgres of others is verified with.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --user-group --home-dir /var/lib/kroniek --create-home --shell /usr/sbin/nologin kroniek
# A volume that is mounted here belongs to the user, as the folder does.
RUN install --directory --owner=kroniek --group=kroniek /var/lib/kroniek/media
COPY --from=build /out/kroniek /usr/local/bin/kroniek
USER kroniek
WORKDIR /var/lib/kroniek
ENV KRONIEK_LISTEN=0.0.0.0:8080
EXPOSE 8080
# The image has no HTTP client; bash opens the socket itself. Whether the database answers is for /health/ready, and no reason to
# start a container anew.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 CMD ["bash", "-c", \
    "exec 3<>\"/dev/tcp/127.0.0.1/${KRONIEK_LISTEN##*:}\" && printf 'GET /health/live HTTP/1.0\\r\\n\\r\\n' >&3 && read -r line <&3 && [[ $line == *' 200 '* ]]"]
ENTRYPOINT ["kroniek"]
CMD ["serve"]

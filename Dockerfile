# The build stage has the tools, the final one only the result: no compiler, no pip cache, no source tree.
FROM python:3.13-slim-bookworm AS build
WORKDIR /build
RUN python -m venv /opt/doseward
COPY requirements.txt ./
RUN /opt/doseward/bin/python -m pip install --no-cache-dir --require-hashes --requirement requirements.txt
COPY pyproject.toml LICENSE alembic.ini ./
COPY alembic alembic
COPY dashboards dashboards
COPY app app
RUN /opt/doseward/bin/python -m pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim-bookworm
COPY --from=build /opt/doseward /opt/doseward
ENV PATH=/opt/doseward/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
# The one place besides /tmp it may write: a volume that is mounted here begins as its own.
RUN install -d -o 10001 -g 10001 -m 700 /sheets
# A number, so that an orchestrator can see it is not root; no home, no shell, nothing else it may write.
USER 10001:10001
WORKDIR /tmp
EXPOSE 8000
ENTRYPOINT ["doseward"]
CMD ["serve"]

# qcheck without a display:
#
#   docker build -t qcheck .
#   docker run --rm --network none --user "$(id -u):$(id -g)" -v "$PWD:/work:ro" qcheck --for omnihuman-1-5 shoot/
#
# Nothing is fetched while it runs: the models are in a package that is installed here.
FROM python:3.12-slim-bookworm

# OpenCV and mediapipe link against these, though nothing is ever shown; git tells what changed.
RUN apt-get update \
    && apt-get install -y --no-install-recommends git libegl1 libgl1 libgles2 libglib2.0-0 \
    && rm -rf /var/lib/apt/lists/*

COPY . /usr/src/qcheck
RUN python -m venv /opt/qcheck \
    && /opt/qcheck/bin/pip install --no-cache-dir /usr/src/qcheck \
    && rm -rf /usr/src/qcheck \
    && /opt/qcheck/bin/qcheck models

# Whoever mounts a repository owns it, not the user in here.
RUN git config --system --add safe.directory '*'

ENV PATH=/opt/qcheck/bin:$PATH \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /work
USER nobody
ENTRYPOINT ["qcheck"]
CMD ["--help"]

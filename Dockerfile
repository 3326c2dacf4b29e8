FROM python:3.13-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
COPY requirements.txt .
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --require-hashes -r requirements.txt

FROM python:3.13-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings.prod
RUN useradd --system --uid 10001 --no-create-home laadboek
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY . .
# What collectstatic reads from the environment never reaches the image.
RUN python -m apps.core.catalogues && \
    SECRET_KEY=0123456789abcdef STATION_KEY_PEPPER=0123456789abcdef TOKEN_PEPPER=0123456789abcdef \
    DATABASE_URL=postgres://none@localhost/none REDIS_URL=redis://localhost \
    python manage.py collectstatic --noinput
USER 10001
EXPOSE 8000
CMD ["python", "manage.py", "serve", "--host", "0.0.0.0", "--port", "8000"]

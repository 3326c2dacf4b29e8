"""Who logs in, in the tests of the pages."""

import uuid
from dataclasses import dataclass

from django.test import Client

from apps.accounts.models import User
from apps.accounts.operations import create_user
from apps.core import binding

PASSWORD = "een-goed-wachtwoord-7"


@dataclass(frozen=True)
class Person:
    id: int
    email: str
    client: Client

    def get(self, path, **more):
        return self.client.get(path, HTTP_HOST=self.client.defaults["HTTP_HOST"], **more)

    def post(self, path, data=None, **more):
        return self.client.post(path, data or {}, **more)


def client_of(schema):
    return Client(HTTP_HOST=f"{schema}.localhost")


def log_in(schema, email):
    client = client_of(schema)
    answer = client.post("/login/", {"username": email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content
    return Person(User.objects.get(email=email).pk, email, client)


def make(role, schema="alfa"):
    email = f"{role}-{uuid.uuid4().hex[:8]}@voorbeeld.example"
    with binding.bound(schema):
        create_user(email=email, role=role, name=role.title(), password=PASSWORD)
    return log_in(schema, email)


def make_without_role(schema="alfa"):
    email = f"outsider-{uuid.uuid4().hex[:8]}@voorbeeld.example"
    with binding.bound(binding.PUBLIC):
        User.objects.create_user(email, PASSWORD, name="Otto")
    return log_in(schema, email)

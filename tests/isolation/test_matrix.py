"""Every address, every role, own and foreign things, by a walk through the resolver."""

import contextlib
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver

from tests.isolation.cast import assemble, build
from tests.isolation.matrix import (
    PEOPLE,
    PUBLIC_ROUTES,
    ROUTES,
    SEES_PART,
    TENANT_INSTALLERS,
    TOKENS,
    Case,
)

pytestmark = pytest.mark.isolation
AREAS = ("api", "stations", "finance", "my", "own", "the rest")
HOST = "alfa.localhost"


def walk(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, route)
        else:
            yield route


def routes_of(urlconf: str) -> list[str]:
    return list(walk(import_module(urlconf).urlpatterns))


def area_of(route: str) -> str:
    first = route.split("/", maxsplit=1)[0]
    return first if first in AREAS else "the rest"


def cases_of(area: str) -> list[tuple[str, Case]]:
    return [
        (route, case) for route, cases in ROUTES.items() for case in cases if area_of(route) == area
    ]


@contextlib.contextmanager
def undone() -> Iterator[None]:
    """Take back what a request changed: the next one finds the world as it was."""
    block: Any = transaction.atomic()
    block._from_testcase = True  # the guard keeps a product's transaction to one tenant
    with block:
        yield
        transaction.set_rollback(True)


def address(route, case, values):
    def value(match):
        return quote(str(values[case.args[match.group(1)]]), safe="")

    return "/" + (case.path or re.sub(r"<\w+:(\w+)>", value, route))


def wanted(case: Case, who: str, place: str) -> set[int]:
    if case.is_open:
        return set(case.answer)
    return (wanted_of_api if case.is_api else wanted_of_page)(case, who, place)


def wanted_of_page(case: Case, who: str, place: str) -> set[int]:
    if who in TOKENS | {"nobody", "foreigner"}:
        return {302}
    if who == "outsider":
        return {404}
    hidden = place == "foreign" or (place == "elsewhere" and who in SEES_PART)
    if who == "guest" and case.opens <= TENANT_INSTALLERS:
        return {404}  # what belongs to the whole tenant is not there for a guest of one site
    if who not in case.opens:
        return {403, 404} if hidden else {403}
    return {404} if hidden else set(case.answer)


def wanted_of_api(case: Case, who: str, place: str) -> set[int]:
    if who in PEOPLE or who == "foreign-token":
        return {401}
    if who not in case.opens:
        return {403}
    return {404} if place == "foreign" else set(case.answer)


@pytest.fixture
def world(alfa):
    """Alfa with two sites, beta, and everybody."""
    here, elsewhere, foreign = (
        build("alfa", "home", first_id=1_000_000),
        build("alfa", "else", first_id=2_000_000),
        build("beta", "beta", first_id=3_000_000),
    )
    cast = assemble(here, elsewhere, foreign)
    return {"own": here, "elsewhere": elsewhere, "foreign": foreign}, cast


def text_of(answer):
    headers = " ".join(f"{name}: {value}" for name, value in answer.headers.items())
    return answer.content.decode(errors="replace") + headers


def test_every_route_has_a_row():
    missing = [route for route in routes_of("config.urls_tenant") if route not in ROUTES]
    assert missing == [], "add these to tests/isolation/matrix.py"
    assert sorted(set(routes_of("config.urls_public"))) == sorted(PUBLIC_ROUTES)


def test_every_parameter_of_a_route_has_a_value():
    for route, cases in ROUTES.items():
        for case in cases:
            names = set(re.findall(r"<\w+:(\w+)>", "" if case.path else route))
            assert names == set(case.args), route


@pytest.mark.parametrize("area", AREAS)
def test_everybody_gets_what_the_matrix_says(world, area):
    estates, cast = world
    wrong = []
    for route, case in cases_of(area):
        for place in case.places:
            path = address(route, case, estates[place].values)
            for who, asker in cast.items():
                with undone():
                    answer = asker.ask(case.method, path, host=HOST, body=case.body)
                want = wanted(case, who, place)
                if answer.status_code not in want:
                    wrong.append(f"{who} {case.method} {path}: {answer.status_code}, not {want}")
                wrong += leaks(estates, who, path, answer, case)
    assert wrong == []


def leaks(estates, who, path, answer, case):
    """Tell which marks stand in an answer that may not: when refused, any."""
    hidden = [estates["foreign"].mark]
    if who in SEES_PART:
        hidden.append(estates["elsewhere"].mark)
    is_stranger = who in {"outsider", "nobody", "foreigner", "foreign-token"}
    if case.is_open or is_stranger or answer.status_code in {401, 403, 404}:
        hidden += [estates["own"].mark, estates["elsewhere"].mark]
    return [f"{who} {path} shows {mark}" for mark in hidden if mark in text_of(answer)]


@pytest.mark.parametrize("area", AREAS)
def test_a_session_or_token_is_worth_nothing_at_another_host(world, area):
    estates, cast = world
    wrong = []
    for route, case in cases_of(area):
        path = address(route, case, estates["own"].values)
        refused = {401, 404} if case.is_api else {302, 404}
        for who in case.opens:
            for trick in tricks(path):
                with undone():
                    answer = cast[who].ask(case.method, path, body=case.body, **trick)
                shown = [e.mark for e in estates.values() if e.mark in text_of(answer)]
                is_login = answer.status_code != 302 or answer["Location"].startswith("/login/")
                if answer.status_code not in refused or shown or not is_login:
                    wrong.append((who, path, trick, answer.status_code, shown))
    assert wrong == []


def tricks(path):
    return [
        {"host": "beta.localhost"},
        {"host": "beta.localhost", "X-Forwarded-Host": HOST, "Forwarded": f"host={HOST}"},
        {"host": "beta.localhost", "X-Original-URL": path, "X-Tenant": "alfa"},
        {"host": "gamma.localhost:8000"},
        {"host": f"www.{HOST}"},
        {"host": f"beta.{HOST}"},
        {"host": "alfa.localhost.beta.localhost"},
    ]


@pytest.mark.parametrize("area", AREAS)
def test_the_own_host_is_one_however_it_is_written(world, area):
    estates, cast = world
    spellings = ("ALFA.localhost", "alfa.LOCALHOST.", f"{HOST}:8000", f"{HOST}.:8000")
    wrong = []
    for route, case in cases_of(area):
        if case.method != "GET":
            continue
        path = address(route, case, estates["own"].values)
        for who in case.opens or {"nobody"}:
            for host in spellings:
                lie = {"X-Forwarded-Host": "beta.localhost"}
                answer = cast[who].ask("GET", path, host=host, **lie)
                if answer.status_code not in case.answer:
                    wrong.append((who, path, host, answer.status_code))
                if estates["foreign"].mark in text_of(answer):
                    wrong.append((who, path, host, "leak"))
    assert wrong == []


def test_the_bare_domain_shows_nothing_of_a_tenant(world):
    _, cast = world
    for route, status in PUBLIC_ROUTES.items():
        for asker in cast.values():
            answer = asker.ask("GET", f"/{route}", host="localhost")
            assert answer.status_code == status
            assert "QWZX" not in text_of(answer)
    for path in ("/stations/", "/api/v1/stations", "/account/"):
        for asker in cast.values():
            assert asker.ask("GET", path, host="localhost").status_code == 404


def test_a_foreign_id_and_an_unknown_one_get_the_same_answer(world):
    estates, cast = world
    foreign = {**estates["foreign"].values}
    unknown = {
        **foreign,
        "identity": "nothing-here",
        "session": "00000000-0000-4000-8000-000000000000",
        "command": "00000000-0000-4000-8000-000000000000",
        "card": 987654321,
        "issued_cdr": "nothing-here",
        "received_cdr": "nothing-here",
        "statement": "nothing-here",
    }
    for route, cases in ROUTES.items():
        for case in cases:
            if not case.is_api or not case.args:
                continue
            (scope,) = case.opens
            answers = [
                cast[scope].ask(
                    case.method, address(route, case, values), host=HOST, body=case.body
                )
                for values in (foreign, unknown)
            ]
            assert answers[0].content == answers[1].content, route
            assert answers[0].status_code == 404


def test_a_mark_is_found_when_it_is_there(world):
    estates, cast = world
    answer = cast["read-token"].ask("GET", "/api/v1/stations", host=HOST)
    assert estates["own"].mark in text_of(answer)
    case = ROUTES["api/v1/stations"][0]
    assert leaks(estates, "nobody", "/", answer, case) != []


def test_no_host_of_nobody_answers(alfa):
    for host in ("nobody.localhost", "127.0.0.1.localhost", "public.localhost", "laadboek.example"):
        assert Client().get("/stations/", headers={"Host": host}).status_code in {400, 404}

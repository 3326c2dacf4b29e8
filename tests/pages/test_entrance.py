import pytest
from django.conf import settings

from apps.accounts.models import User
from apps.core import binding
from tests.pages import people


@pytest.fixture(autouse=True)
def public(db):
    with binding.bound(binding.PUBLIC):
        yield


def test_the_login_names_the_tenant_and_loads_nothing_from_another_host():
    answer = people.client_of("alfa").get("/login/")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Inloggen bij Alfa" in text
    assert "http://" not in text.replace("http://www.w3.org/", "")


def test_a_person_lands_on_the_first_page_of_their_role():
    installer = people.make("installer")
    answer = installer.get("/")
    assert answer.status_code == 302
    assert installer.get(answer["Location"]).status_code == 200


def test_a_wrong_password_is_said_with_its_remedy():
    person = people.make("installer")
    client = people.client_of("alfa")
    answer = client.post("/login/", {"username": person.email, "password": "x"})
    assert "horen niet bij elkaar" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_guessing_is_slowed_down_for_that_account_only():
    person, other = people.make("installer"), people.make("installer")
    client = people.client_of("alfa")
    wrong = {"username": person.email, "password": "x"}
    answers = [client.post("/login/", wrong).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]
    right = {"username": person.email, "password": people.PASSWORD}
    answer = client.post("/login/", right)
    assert answer.status_code == 429
    assert "Wacht een minuut" in answer.content.decode()
    assert people.log_in("alfa", other.email).id == other.id


def test_a_session_of_another_tenant_is_nobody_here():
    person = people.make("installer")
    cookie = person.client.cookies[settings.SESSION_COOKIE_NAME].value
    stranger = people.client_of("beta")
    stranger.cookies[settings.SESSION_COOKIE_NAME] = cookie
    answer = stranger.get("/stations/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")


def test_a_person_without_any_right_here_gets_nothing():
    outsider = people.make_without_role()
    assert outsider.get("/").status_code == 404
    assert outsider.get("/stations/").status_code == 404
    assert outsider.get("/account/").status_code == 404


def test_a_missing_right_names_the_role_and_who_can_grant_it():
    employee = people.make("employee")
    answer = employee.get("/stations/")
    assert answer.status_code == 403
    assert "Je bent hier medewerker." in answer.content.decode()
    assert "beheerder" in answer.content.decode()


def test_logging_out_needs_a_post_and_ends_the_session():
    person = people.make("installer")
    assert person.get("/logout/").status_code == 405
    assert person.post("/logout/").status_code == 302
    assert person.get("/stations/").status_code == 302


def test_a_changed_password_works_and_the_old_one_does_not():
    person = people.make("installer")
    new = "een-ander-wachtwoord-8"
    answer = person.post(
        "/account/password/",
        {"old_password": people.PASSWORD, "new_password1": new, "new_password2": new},
    )
    assert answer.status_code == 302
    assert person.get("/account/").status_code == 200
    assert User.objects.get(pk=person.id).check_password(new)


def test_a_form_without_its_token_changes_nothing_and_says_so():
    person = people.make("installer")
    person.client.handler.enforce_csrf_checks = True
    answer = person.post("/account/", {"language": "en", "theme": ""})
    assert answer.status_code == 403
    assert "Er is niets gewijzigd" in answer.content.decode()
    assert not User.objects.get(pk=person.id).language


def test_a_person_reads_in_the_language_they_chose():
    person = people.make("installer")
    person.post("/account/", {"language": "en", "theme": "dark"})
    text = person.get("/account/").content.decode()
    assert '<html lang="en"' in text
    assert 'data-bs-theme="dark"' in text


def test_every_page_carries_the_policy_and_no_inline_code():
    person = people.make("installer")
    for path in ("/account/", "/stations/", "/login/", "/nergens/"):
        answer = person.get(path)
        policy = answer.headers.get("Content-Security-Policy", "")
        assert "script-src 'self';" in policy
        assert "connect-src 'self' ws://alfa.localhost;" in policy
        assert "unsafe" not in policy
        text = answer.content.decode()
        assert " style=" not in text
        assert "<script>" not in text


def test_what_is_not_there_gets_one_text():
    answer = people.client_of("alfa").get("/nergens/")
    assert answer.status_code == 404
    assert "Hier is niets dat je kunt zien" in answer.content.decode()


def test_an_open_page_does_not_let_somebody_guess_the_password():
    person, new = people.make("installer"), "een-ander-wachtwoord-8"
    wrong = {"old_password": "mis", "new_password1": new, "new_password2": new}
    codes = [person.post("/account/password/", wrong).status_code for _ in range(6)]
    assert codes == [200] * 5 + [429]
    right = person.post("/account/password/", wrong | {"old_password": people.PASSWORD})
    assert right.status_code == 429
    assert "Wacht een minuut" in right.content.decode()
    assert User.objects.get(pk=person.id).check_password(people.PASSWORD)


def test_no_page_of_a_person_is_kept_by_a_browser_or_a_proxy():
    person = people.make("installer")
    for path in ("/account/", "/stations/", "/cards/", "/stations/export.csv"):
        assert "no-store" in person.get(path).headers.get("Cache-Control", ""), path

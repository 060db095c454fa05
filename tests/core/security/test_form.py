"""The forms of the password flow."""

from inspect import signature
from typing import Any, get_type_hints

import pytest

from faster_core.params import Declaration, Source
from faster_core.security import OAuth2PasswordRequestForm, OAuth2PasswordRequestFormStrict

FORMS = [OAuth2PasswordRequestForm, OAuth2PasswordRequestFormStrict]


@pytest.mark.parametrize("form", FORMS)
def test_the_values(form: Any) -> None:
    made = form(grant_type="password", username="ada", password="secret", scope=" items:read  me ", client_id="web")
    assert (made.grant_type, made.username, made.password) == ("password", "ada", "secret")
    assert (made.scopes, made.client_id, made.client_secret) == (["items:read", "me"], "web", None)
    assert form(grant_type="password", username="a", password="b").scopes == []


@pytest.mark.parametrize("form", FORMS)
def test_every_argument_is_a_form_field(form: Any) -> None:
    hints = get_type_hints(form.__init__, include_extras=True)
    for name in signature(form).parameters:
        (declaration,) = hints[name].__metadata__
        assert isinstance(declaration, Declaration)
        assert declaration.source is Source.FORM


@pytest.mark.parametrize(
    "form,required",
    [
        (OAuth2PasswordRequestForm, {"username", "password"}),
        (OAuth2PasswordRequestFormStrict, {"grant_type", "username", "password"}),
    ],
)
def test_what_is_required(form: Any, required: set[str]) -> None:
    parameters = signature(form).parameters
    assert {name for name, parameter in parameters.items() if parameter.default is parameter.empty} == required

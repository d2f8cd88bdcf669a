from dataclasses import dataclass
from typing import ClassVar

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from jinja2 import DictLoader

from app.web import render
from app.web.pages.base import Page
from tests.web_client import FRAGMENT, Client

TEMPLATE = """{% extends "base.html" %}
{% block title %}Test{% endblock %}
{% block heading %}{{ name }}{% endblock %}
{% block content %}{% block form %}<p id="form">{{ name }}</p>{% endblock %}{% endblock %}
"""


@dataclass(frozen=True)
class GreetingPage(Page):
    template: ClassVar[str] = "greeting.html"
    name: str


@pytest.fixture
def greeting(own_app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Client:
    base = (render.TEMPLATES / "base.html").read_text()
    loader = DictLoader({"greeting.html": TEMPLATE, "base.html": base})
    monkeypatch.setattr(render.environment(), "loader", loader)

    @own_app.get("/greeting")
    def show_greeting(request: Request) -> HTMLResponse:
        return render.show(request, GreetingPage(name="<Ada>"), block="form")

    return Client(own_app)


def test_a_browser_gets_the_whole_page_escaped(greeting: Client) -> None:
    response = greeting.get("/greeting")
    assert "<!DOCTYPE html>" in response.text
    assert '<p id="form">&lt;Ada&gt;</p>' in response.text


def test_htmx_gets_the_block(greeting: Client) -> None:
    response = greeting.get("/greeting", headers=FRAGMENT)
    assert response.text == '<p id="form">&lt;Ada&gt;</p>'


@pytest.mark.parametrize(
    "headers",
    [
        {"HX-Request": "true"},
        {"HX-Request": "true", "HX-Request-Type": "full"},
        {"HX-Request-Type": "partial"},
    ],
)
def test_other_requests_of_htmx_get_the_page(greeting: Client, headers: dict[str, str]) -> None:
    assert "<!DOCTYPE html>" in greeting.get("/greeting", headers=headers).text


def test_both_answers_say_that_they_vary(greeting: Client) -> None:
    for headers in ({}, FRAGMENT):
        response = greeting.get("/greeting", headers=headers)
        assert response.headers["Vary"] == "HX-Request, HX-Request-Type"

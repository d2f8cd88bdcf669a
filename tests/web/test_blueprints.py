"""The code of a saved version: its page, its choices, its archive."""

import io
import re
import zipfile
from datetime import UTC, datetime

import pytest

from app import reference
from app.services import samples
from tests.answering import the, words
from tests.web_client import Client

VIDEO = "/sample/video_startup/blueprint"
HOSPITALS = "/sample/hospital_group/blueprint"
RENTED = "option=hyperscaler_on_demand"


@pytest.fixture
def client(client: Client) -> Client:
    with client.database.alone() as session:
        samples.ensure(session, reference.load(), worlds=50, now=datetime.now(UTC))
    return client


def test_the_page_the_archive_and_the_choices(client: Client) -> None:
    # One test, because assessing the samples is what takes the time.
    assert the(client.page("/sample/video_startup"), f"a[href='{VIDEO}']")
    _an_option_without_machines_has_a_checklist(client)
    _the_page_reads_file_by_file(client)
    _values_to_fill_in_are_marked(client)
    _the_archive_holds_the_same(client)
    _impossible_choices_are_refused_in_a_sentence(client)


def _an_option_without_machines_has_a_checklist(client: Client) -> None:
    page = client.page(VIDEO)
    assert "runs no machines of yours" in words(page)
    assert "What to settle instead" in words(page)
    assert not page.select("a[href*='archive']")
    assert client.get(f"{VIDEO}/archive").status_code == 422


def _the_page_reads_file_by_file(client: Client) -> None:
    page = client.page(f"{VIDEO}?{RENTED}")
    assert words(page, "h1") == "Hyperscaler, on demand: the infrastructure code"
    assert len(page.select("#chart-places svg")) == 2
    assert "Nothing was applied to an account" in words(page)
    assert words(page, "#file") == "README.md"
    values = the(page, "a[href*='terraform.tfvars#file']")
    shown = client.page(str(values["href"]).partition("#")[0])
    assert words(shown, "#file") == "cloud-aws/terraform/terraform.tfvars"
    most = re.search(r"gpu_machines_most = (\d+)", words(shown, "#code"))
    assert most
    assert f"GPU machines at most {most[1]} cloud-aws/" in words(page)
    assert client.get(f"{VIDEO}?{RENTED}&file=/etc/passwd").status_code == 404


def _values_to_fill_in_are_marked(client: Client) -> None:
    page = client.page(f"{VIDEO}?{RENTED}&file=cloud-aws/terraform/yours.auto.tfvars.example")
    assert len(page.select("#code mark")) == 3


def _the_archive_holds_the_same(client: Client) -> None:
    page = client.page(f"{VIDEO}?{RENTED}&name=editors")
    archive = client.get(str(the(page, ".actions a.button")["href"]))
    assert archive.headers["content-type"] == "application/zip"
    assert 'filename="editors-aws.zip"' in archive.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(archive.content)) as whole:
        assert whole.testzip() is None
        names = {name.removeprefix("editors-aws/") for name in whole.namelist()}
        assert b'name = "editors"' in whole.read("editors-aws/cloud-aws/terraform/terraform.tfvars")
    assert names == {link.get_text() for link in page.select("a[href$='#file']")}


def _impossible_choices_are_refused_in_a_sentence(client: Client) -> None:
    for query, reason in {
        f"{RENTED}&name=Über": "lower-case letters",
        f"{RENTED}&cloud_network=10.20.0.0/16": "overlap",
        f"{RENTED}&cloud_network=8.8.0.0/16": "must be private",
        f"{RENTED}&place=aws/eu-central-1": "no published",
        f"{RENTED}&place=ibm/eu-1": "aws, gcp or azure",
        "option=nothing": "no such option",
    }.items():
        refused = client.page(f"{VIDEO}?{query}")
        assert reason in words(refused, ".note.warn"), query
        assert not refused.select("#code")

"""A certified OpenID provider that runs beside a test."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.settings import Settings
from tests.services.test_letters import free_port

HERE = Path(__file__).parent
MODULE = HERE.parents[1] / ".venv/oidc-provider/node_modules/oidc-provider/lib/index.js"


@contextmanager
def running(public_url: str) -> Iterator[str]:
    """The address of a provider that knows the Footing at `public_url`."""
    node = shutil.which("node")
    if node is None or not MODULE.exists():
        pytest.skip("the OpenID provider is not here: make provider-ready installs it")
    address = f"http://127.0.0.1:{free_port()}"
    back = f"{public_url}/sign-in/openid/done"
    command = [node, str(HERE / "provider.mjs"), str(MODULE), address, "footing", "a secret", back]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield address
        process.terminate()


def settings(issuer: str, public_url: str, **others: object) -> Settings:
    """Those of a Footing that knows the provider."""
    given = {
        "worlds": 500,
        "public_url": public_url,
        "oidc_issuer": issuer,
        "oidc_client_id": "footing",
        "oidc_client_secret": "a secret",
        "oidc_name": "the hospital's account",
        **others,
    }
    return Settings.model_validate(given)

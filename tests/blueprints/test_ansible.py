"""The playbooks: read, named, with builtin modules only, and no variable that nobody sets."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from app.blueprints.folder import files
from app.blueprints.static_files import STATIC
from tests.blueprints.kubernetes import documents
from tests.blueprints.scenes import a_site, an_own_site

FOLDER = STATIC / "on-prem"
TASK_FILES = sorted(
    path for path in FOLDER.rglob("*.yml") if path.parent.name in ("tasks", "handlers")
)
PLAYBOOKS = sorted((FOLDER / "playbooks").glob("*.yml"))
MODULES = {
    "apt", "assert", "command", "copy", "debug", "file", "get_url", "include_role", "meta",
    "replace", "set_fact", "systemd_service", "template", "unarchive", "user",
}  # fmt: skip
NEEDS_MODE = {"copy", "file", "get_url", "template"}
OF_A_TASK = {
    "name", "when", "register", "changed_when", "loop", "no_log", "notify", "delegate_to",
}  # fmt: skip
GIVEN_BY_ANSIBLE = {
    "ansible_facts", "ansible_host", "group_names", "groups", "hostvars", "inventory_hostname",
    "item", "host",
}  # fmt: skip


def _tasks() -> Iterator[dict[str, Any]]:
    for path in TASK_FILES:
        yield from yaml.safe_load(path.read_text("utf-8"))
    for play in _plays():
        yield from play.get("tasks", ())


def _plays() -> Iterator[dict[str, Any]]:
    for path in PLAYBOOKS:
        yield from yaml.safe_load(path.read_text("utf-8"))


def test_no_key_is_given_twice() -> None:
    for path in FOLDER.rglob("*.yml"):
        assert documents(path.read_text("utf-8")), path


def test_every_task_is_named_and_uses_one_builtin_module() -> None:
    for task in _tasks():
        modules = set(task) - OF_A_TASK
        assert len(modules) == 1, task
        module = modules.pop()
        assert module.removeprefix("ansible.builtin.") in MODULES, module
        assert module.startswith("ansible.builtin."), module
        assert task["name"][0].isupper()


def test_what_is_written_has_its_owner_and_mode() -> None:
    for task in _tasks():
        for module in NEEDS_MODE:
            fields = task.get(f"ansible.builtin.{module}")
            if fields and fields.get("state") != "absent":
                assert re.fullmatch(r"0[0-7]{3}", str(fields.get("mode", ""))), task["name"]
                assert fields["owner"] == "root"


def test_a_command_says_whether_it_changes_something() -> None:
    for task in _tasks():
        if "ansible.builtin.command" in task:
            assert "changed_when" in task, task["name"]


def test_what_is_notified_is_there() -> None:
    handlers = {
        task["name"] for path in TASK_FILES if path.parent.name == "handlers"
        for task in yaml.safe_load(path.read_text("utf-8"))
    }  # fmt: skip
    assert {task["notify"] for task in _tasks() if "notify" in task} <= handlers


def test_every_role_that_is_named_is_there() -> None:
    named = {role["role"] for play in _plays() for role in play.get("roles", ())}
    assert named <= {path.name for path in (FOLDER / "roles").iterdir()}


@pytest.mark.parametrize("is_air_gapped", [False, True])
def test_every_variable_is_set_somewhere(*, is_air_gapped: bool) -> None:
    plan = an_own_site(is_air_gapped=is_air_gapped)
    folder = {p: t for p, t in files(plan).items() if p.startswith("on-prem/")}
    given = set(GIVEN_BY_ANSIBLE) | {"rke2_join_token"}
    for path, text in folder.items():
        if "/defaults/" in path or "/group_vars/" in path:
            given |= set(yaml.safe_load(text))
    for text in folder.values():
        given |= set(re.findall(r"register: (\w+)", text))
        given |= set(re.findall(r"^ {8}(\w+): >-$", text, re.MULTILINE))
        given |= set(re.findall(r"^ {4}(kubectl):", text, re.MULTILINE))
    for path, text in folder.items():
        for expression in re.findall(
            r"\{\{(.+?)\}\}|\{% (?:if|for \w+ in) (.+?) %\}", text, re.DOTALL
        ):
            bare = re.sub(r"'[^']*'", "", "".join(expression))
            bare = re.sub(r"\|\s*\w+|\.\w+", "", bare)
            names = set(re.findall(r"\b[a-z_]\w*\b", bare)) - {
                "if",
                "else",
                "in",
                "not",
                "attribute",
            }
            assert names <= given, (path, names - given)


def test_the_inventory_holds_the_machines_of_the_first_year() -> None:
    site = a_site(servers_by_year=(2, 3, 3), control_machines=3)
    folder = files(an_own_site(site))
    hosts = yaml.safe_load(folder["on-prem/inventory/hosts.yml"])
    groups = hosts["all"]["children"]["cluster"]["children"]
    assert list(groups["control"]["hosts"]) == ["cp-1", "cp-2", "cp-3"]
    assert list(groups["gpu_servers"]["hosts"]) == ["gpu-1", "gpu-2"]
    sized = yaml.safe_load(folder["on-prem/inventory/group_vars/all/sized.yml"])
    assert sized["sized_gpus"] == 16
    bill = folder["on-prem/bill-of-materials.csv"]
    assert "1,8 x H200 server,2,servers" in bill
    assert "2,8 x H200 server,1,servers" in bill

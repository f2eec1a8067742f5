"""Image, Compose and Caddy files, read by the tools that will read them."""

import importlib.util
import json
import os
import re
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from diembao.settings import Settings
from tests.deploy.conftest import DEPLOY, ROOT, is_understood, run, tool

FOLDER = DEPLOY / "containers"
CONTAINERFILE = FOLDER / "Containerfile"
COMPOSE = FOLDER / "compose.yaml"
VALUES = {
    line.split("=")[0]: f"value-of-{line.split('=')[0].lower()}"
    for line in (FOLDER / ".env.example").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
}
compose_there = pytest.mark.skipif(
    sys.version_info[:2] != (3, 11), reason="Compose comes as a package for Python 3.11 only"
)


def compose(file=COMPOSE, **values):
    """What Compose makes of a file, with these values in its environment."""
    package = Path(importlib.util.find_spec("compose").origin).parent
    code, said = run(
        package / "docker-compose", "--file", file, "config", "--format", "json",
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", **values},
    )  # fmt: skip
    return json.loads(said) if code == 0 else said


@pytest.fixture(scope="module")
def services():
    return compose(**VALUES)["services"]


def test_containerfile_has_no_fault():
    assert run(tool("hadolint"), "--failure-threshold=style", CONTAINERFILE) == (0, "")


def test_fault_in_the_containerfile_would_be_noticed(spoiled):
    file = spoiled(CONTAINERFILE, "python:3.11.13-slim-bookworm AS build", "python AS build")
    code, said = run(tool("hadolint"), "--failure-threshold=style", file)
    assert code == 1
    assert "DL3006" in said


def instructions(name):
    text = CONTAINERFILE.read_text("utf-8").replace("\\\n", " ")
    return re.findall(rf"^{name} (.*)$", text, flags=re.MULTILINE)


def test_image_runs_as_nobody_in_particular_and_says_how_it_is():
    assert instructions("USER") == ["10001:10001"]
    assert "/healthz" in instructions("HEALTHCHECK")[0]


def test_image_starts_a_command_that_the_program_has():
    assert instructions("ENTRYPOINT") == ['["diembao"]']
    assert is_understood(json.loads(instructions("CMD")[0]))


def test_image_is_made_of_the_whole_program_and_nothing_else():
    wanted = {
        line.removeprefix("!")
        for line in (FOLDER / "Containerfile.dockerignore").read_text("utf-8").splitlines()
        if line.startswith("!")
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packages = set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    assert wanted - packages == {
        "deploy/requirements.lock", "pyproject.toml", "hatch_build.py", "README.md", "LICENSE"
    }  # fmt: skip
    assert packages <= wanted


def locked(path):
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", path.read_text("utf-8"), flags=re.MULTILINE))


def test_servers_get_the_versions_that_are_tested():
    server, tested = locked(DEPLOY / "requirements.lock"), locked(ROOT / "requirements.lock")
    assert server.items() <= tested.items()
    assert "pytest" not in server


def test_server_lock_has_all_that_the_program_needs():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needed = project["dependencies"] + [
        each for extra in ("chat", "dkim") for each in project["optional-dependencies"][extra]
    ]
    names = {re.match(r"[A-Za-z0-9_.-]+", each)[0].lower().replace("_", "-") for each in needed}
    assert names <= set(locked(DEPLOY / "requirements.lock"))


@compose_there
def test_compose_brings_up_daemon_workers_database_and_web(services):
    assert set(services) == {"daemon", "worker", "postgres", "caddy"}
    assert services["worker"]["deploy"]["replicas"] == 2
    assert {name: list(service.get("depends_on", {})) for name, service in services.items()} == {
        "daemon": ["postgres"], "worker": ["daemon"], "postgres": [], "caddy": ["daemon"]
    }  # fmt: skip


@compose_there
@pytest.mark.parametrize("name", VALUES)
def test_value_that_is_missing_is_named(name):
    said = compose(**{key: value for key, value in VALUES.items() if key != name})
    assert f"required variable {name} is missing a value: is to be set in .env" in said


@compose_there
def test_misspelled_key_would_be_noticed(spoiled):
    said = compose(spoiled(COMPOSE, "    mem_limit: 256m", "    mem_limits: 256m"), **VALUES)
    assert "additional properties 'mem_limits' not allowed" in said


def test_compose_file_holds_no_secret():
    text = COMPOSE.read_text("utf-8") + CONTAINERFILE.read_text("utf-8")
    given = re.findall(
        r"^\s*\S*(?:PASSWORD|SECRET|TOKEN|SMTP_URL)\S*[:=] *(.*)$", text, re.MULTILINE
    )
    assert given
    assert all(re.fullmatch(r"\$\{\w+:\?is to be set in \.env\}", value) for value in given)
    assert all(line.endswith("=") for line in
               (FOLDER / ".env.example").read_text("utf-8").splitlines()
               if not line.startswith("#"))  # fmt: skip


def test_compose_file_has_no_grave_weakness():
    code, said = run(tool("compose-lint"), "--fail-on", "high", COMPOSE)
    assert code == 0, said


def plain_services():
    return yaml.safe_load(COMPOSE.read_text("utf-8"))["services"]


@pytest.mark.parametrize("name", ["daemon", "worker", "postgres", "caddy"])
def test_service_can_write_only_where_it_must(name):
    service = plain_services()[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["stop_grace_period"]
    assert re.search(r":\d+\.\d+[\w.-]*$", service["image"])


def test_database_is_reached_from_inside_only():
    document = yaml.safe_load(COMPOSE.read_text("utf-8"))
    assert document["services"]["postgres"]["networks"] == ["back"]
    assert document["networks"]["back"] == {"internal": True}
    assert [name for name, each in document["services"].items() if "ports" in each] == ["caddy"]


@pytest.mark.parametrize("name", ["daemon", "worker"])
def test_service_starts_a_command_with_settings_that_the_program_has(name):
    service = plain_services()[name]
    assert is_understood(service["command"])
    settings = {key.removeprefix("DIEMBAO_").lower() for key in service["environment"]
                if key.startswith("DIEMBAO_")}  # fmt: skip
    assert settings <= set(Settings.model_fields)


@pytest.fixture
def caddy(tmp_path):
    """Caddy with a home of its own and the domain that .env would give."""
    given = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    given["DIEMBAO_DOMAIN"] = "diembao.example.org"
    return lambda *words: run(tool("caddy"), *words, env=given, cwd=tmp_path)


def validated(caddy, file):
    return caddy("validate", "--adapter", "caddyfile", "--config", file)


def test_caddyfile_is_understood(caddy):
    code, said = validated(caddy, FOLDER / "Caddyfile")
    assert code == 0, said


def test_caddyfile_is_written_as_caddy_writes_it(caddy):
    assert caddy("fmt", FOLDER / "Caddyfile") == (0, (FOLDER / "Caddyfile").read_text("utf-8"))


def test_fault_in_the_caddyfile_would_be_noticed(caddy, spoiled):
    file = spoiled(FOLDER / "Caddyfile", "reverse_proxy daemon", "reverse_proxi daemon")
    code, said = validated(caddy, file)
    assert code != 0
    assert "unrecognized directive: reverse_proxi" in said


def test_figures_are_not_served_to_the_public(caddy):
    _code, said = caddy("adapt", "--config", FOLDER / "Caddyfile")
    made = json.loads(said.splitlines()[-1])
    routes = made["apps"]["http"]["servers"]["srv0"]["routes"][0]["handle"][0]["routes"]
    refusing = [r for r in routes if r["handle"][0].get("status_code") == 404]
    assert refusing[0]["match"] == [{"path": ["/metrics", "/metrics/*"]}]
    kinds = [r["handle"][0]["handler"] for r in routes]
    assert kinds.index("static_response") < kinds.index("reverse_proxy")

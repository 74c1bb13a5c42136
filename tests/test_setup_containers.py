"""The container set-up keeps its promises; no engine is needed to see that."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OF_KEPT = {name: service for name, service in SERVICES.items() if service["image"] == "kept:latest"}


def command(service: str) -> str:
    """Return what a service runs, in one line."""
    return " ".join(SERVICES[service].get("command", []))


def test_exactly_one_service_is_a_beat() -> None:
    assert [name for name in SERVICES if " beat" in command(name)] == ["beat"]


def test_the_beat_cannot_be_scaled() -> None:
    assert "container_name" in SERVICES["beat"]


def test_the_worker_starts_no_second_beat() -> None:
    assert not {"-B", "--beat"} & set(SERVICES["worker"]["command"])


def test_the_broker_refuses_rather_than_forgets() -> None:
    assert "--maxmemory-policy noeviction" in command("redis")


def test_the_broker_keeps_what_is_queued() -> None:
    assert "--appendonly yes" in command("redis")


@pytest.mark.parametrize("service", ["postgres", "redis"])
def test_what_is_stored_outlives_its_container(service: str) -> None:
    volumes = {volume.partition(":")[0] for volume in SERVICES[service]["volumes"]}

    assert volumes <= set(COMPOSE["volumes"])


@pytest.mark.parametrize("service", sorted(set(SERVICES) - {"migrate", "web"}))
def test_every_running_service_has_a_health_check(service: str) -> None:
    assert SERVICES[service]["healthcheck"]["test"]


def test_the_web_service_is_asked_healthz() -> None:
    # The image's health check, which compose does not replace for web.
    assert "healthcheck" not in SERVICES["web"]
    assert re.search(r"^HEALTHCHECK .*\n.*/healthz", DOCKERFILE, re.MULTILINE)


@pytest.mark.parametrize("service", ["web", "worker", "beat"])
def test_nothing_starts_before_the_migrations_are_done(service: str) -> None:
    assert SERVICES[service]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


@pytest.mark.parametrize("service", sorted(OF_KEPT))
def test_our_own_containers_may_write_nowhere(service: str) -> None:
    assert OF_KEPT[service]["read_only"]
    assert OF_KEPT[service]["cap_drop"] == ["ALL"]


@pytest.mark.parametrize("name", ["SECRET_KEY", "POSTGRES_PASSWORD"])
def test_a_secret_has_no_default(name: str) -> None:
    used = re.findall(rf"\$\{{{name}(.)", (ROOT / "docker-compose.yml").read_text())

    assert used
    assert set(used) == {":"}
    assert not re.search(rf"\$\{{{name}:?-", (ROOT / "docker-compose.yml").read_text())


def test_the_example_names_every_variable_that_compose_asks_for() -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+):\?", (ROOT / "docker-compose.yml").read_text()))
    given = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert asked <= given


def test_the_mail_catcher_is_for_trying_out_only() -> None:
    assert SERVICES["mail"]["profiles"] == ["try-out"]


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_no_port_is_open_to_the_network_by_itself(service: str) -> None:
    ports = SERVICES[service].get("ports", [])

    assert all(port.startswith(("127.0.0.1:", "${PUBLISH:-127.0.0.1:")) for port in ports)


def test_the_image_runs_as_nobody_special() -> None:
    users = re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE)

    assert users[-1:] == ["kept"]
    assert DOCKERFILE.rindex("\nUSER ") < DOCKERFILE.rindex("\nCMD ")


def test_the_image_is_built_in_two_stages_from_the_hashed_lock() -> None:
    assert len(re.findall(r"^FROM ", DOCKERFILE, re.MULTILINE)) == 2
    assert "--require-hashes" in DOCKERFILE


@pytest.mark.parametrize("package", ["commitments", "notifications", "tracker"])
def test_the_image_holds_the_product(package: str) -> None:
    assert f"COPY {package} {package}" in DOCKERFILE

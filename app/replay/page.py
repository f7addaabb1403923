"""The replay's page `/replay/<session>`: the room's component with the recording, free to seek, the chat to read."""

from app.room.page import room
from app.shared.route import Route

PAGES = [Route("/replay/[session]", lambda: room("replay"), title="title.replay")]

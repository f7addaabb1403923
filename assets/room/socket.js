// The room's connection: a ticket from the page's own origin, then one socket. It comes back by itself: within three
// seconds of a server that restarts, and ever more slowly when it stays away.

const BACKOFF = [500, 1000, 2000, ...Array(15).fill(3000), 5000, 8000, 15000];
// Codes after which coming back by itself would be wrong (taken over) or useless (no seat, no such session).
const FINAL = new Set([4401, 4403, 4404, 4409, 4410]);

export class RoomSocket {
  // `on` has frame(frame), refused(answer), state("connecting" | "open" | "reconnecting" | "taken_over").
  constructor(session, use, on) {
    this.session = session;
    this.use = use;
    this.on = on;
    this.page = crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random().toString(36).slice(2)}`;
    this.attempt = 0;
    this.isOver = false;
  }

  async open() {
    this.isOver = false;
    this.on.state(this.attempt ? "reconnecting" : "connecting");
    let answer;
    try {
      const response = await fetch(`/api/v1/rooms/${this.session}/ticket`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ use: this.use }),
      });
      answer = await response.json();
      if (response.status >= 500) throw new Error("server");
      if (!response.ok) {
        this.on.refused(answer);
        return;
      }
    } catch {
      this.later();
      return;
    }
    if (this.isOver) return;
    this.on.admitted?.(answer);
    this.connect(answer.ticket);
  }

  connect(ticket) {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}/api/v1/rooms/${this.session}/socket`);
    this.socket = socket;
    socket.onopen = () => {
      socket.send(JSON.stringify({ type: "join", ticket, page: this.page }));
    };
    socket.onmessage = (event) => {
      const frame = JSON.parse(event.data);
      if (frame.type === "hello") {
        this.attempt = 0;
        this.on.state("open");
      }
      this.on.frame(frame);
    };
    socket.onclose = (event) => {
      if (this.socket !== socket) return;
      this.socket = null;
      if (this.isOver) return;
      if (event.code === 4409) this.on.state("taken_over");
      else if (FINAL.has(event.code)) this.on.refused({ error: { 4401: "no_seat", 4410: "banned" }[event.code] ?? "unknown" });
      else this.later();
    };
  }

  later() {
    if (this.isOver) return;
    this.on.state("reconnecting");
    const pause = BACKOFF[Math.min(this.attempt, BACKOFF.length - 1)];
    this.attempt += 1;
    this.timer = setTimeout(() => this.open(), pause * (0.75 + Math.random() * 0.5));
  }

  send(frame) {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  // The page goes away: the last heartbeat travels twice, and the server counts it once.
  farewell(beat) {
    const word = { ...beat, type: "bye", page: this.page };
    navigator.sendBeacon?.(
      `/api/v1/rooms/${this.session}/bye`,
      new Blob([JSON.stringify(word)], { type: "application/json" }),
    );
    this.send(word);
    this.close();
  }

  close() {
    this.isOver = true;
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    socket?.close(1000);
  }
}

// The room's connection: a ticket from the page's own origin, then one socket. It comes back by itself: within two
// seconds of a server that restarts, and ever more slowly when it stays away.

const BACKOFF = [500, ...Array(30).fill(1500), 3000, 5000, 8000, 15000];
// Codes after which coming back by itself would be wrong (taken over) or useless (no seat, no such session).
const FINAL = new Set([4401, 4403, 4404, 4409, 4410]);
const SILENCE = 2.5; // heartbeats without a word from the server: the line is dead, though nobody said so
// Answers after which the same is said again by itself, and how soon (ms): nothing is wrong with what was said.
const AGAIN = { not_saved: 4000, too_fast: 2000 };
// What outlives a reload of the page until it is answered: one's own words.
const WORDS = new Set(["chat", "question"]);

export const newId = () => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`;

export class RoomSocket {
  // `on` has frame(frame), refused(answer), state("connecting" | "open" | "reconnecting" | "taken_over").
  constructor(session, use, on) {
    this.session = session;
    this.use = use;
    this.on = on;
    this.page = newId();
    this.attempt = 0;
    this.isOver = false;
    this.isSeated = false;
    this.outbox = new Map(this.restored().map((frame) => [frame.id, frame]));
    this.heartbeat = 10;
    window.addEventListener("offline", () => this.drop());
    window.addEventListener("online", () => this.waiting && this.open());
    setInterval(() => {
      if (this.isSeated && performance.now() - this.heardAt > this.heartbeat * SILENCE * 1000) this.drop();
    }, 1000);
  }

  async open() {
    this.isOver = false;
    clearTimeout(this.waiting);
    this.waiting = null;
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
    this.isSeated = false;
    this.heardAt = performance.now();
    socket.onopen = () => {
      socket.send(JSON.stringify({ type: "join", ticket, page: this.page }));
    };
    socket.onmessage = (event) => {
      if (this.socket !== socket) return;
      this.heardAt = performance.now();
      this.heard(JSON.parse(event.data));
    };
    socket.onclose = (event) => {
      if (this.socket !== socket) return;
      this.socket = null;
      this.isSeated = false;
      if (this.isOver) return;
      if (event.code === 4409) this.on.state("taken_over");
      else if (FINAL.has(event.code)) this.on.refused({ error: { 4401: "no_seat", 4410: "banned" }[event.code] ?? "unknown" });
      else this.later();
    };
  }

  heard(frame) {
    if (frame.type === "ack" && !this.isAnswered(frame)) return;
    this.heartbeat = frame.heartbeat ?? this.heartbeat;
    if (frame.type === "hello") this.isSeated = true; // from here on there is a word at least every heartbeat
    if (frame.type === "hello" || frame.type === "queue") {
      this.attempt = 0;
      this.on.state("open");
    }
    this.on.frame(frame);
    if (frame.type === "hello") this.outbox.forEach((waiting) => this.send(waiting));
  }

  later() {
    if (this.isOver) return;
    this.on.state("reconnecting");
    const pause = BACKOFF[Math.min(this.attempt, BACKOFF.length - 1)];
    this.attempt += 1;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.open(), pause * (0.75 + Math.random() * 0.5));
  }

  // The network is away: the browser would learn it minutes later. The server keeps the visit open meanwhile.
  drop() {
    const socket = this.socket;
    if (!socket) return;
    this.socket = null;
    this.isSeated = false;
    socket.close();
    this.later();
  }

  // Said now or never: heartbeats.
  send(frame) {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  // What must arrive: kept until it is answered, and said again after every return. The server knows a repeat by its id.
  deliver(frame) {
    this.outbox.set(frame.id, frame);
    this.keep();
    if (this.isSeated) this.send(frame);
  }

  isAnswered(ack) {
    const frame = this.outbox.get(ack.id);
    if (frame && !ack.ok && AGAIN[ack.error]) {
      setTimeout(() => this.isSeated && this.outbox.has(frame.id) && this.send(frame), AGAIN[ack.error]);
      return false;
    }
    this.outbox.delete(ack.id);
    this.keep();
    return true;
  }

  withdraw(id) {
    this.outbox.delete(id);
    this.keep();
  }

  get shelf() {
    return `efir_outbox_${this.session}`;
  }

  keep() {
    try {
      const words = [...this.outbox.values()].filter((frame) => WORDS.has(frame.type));
      if (words.length) sessionStorage.setItem(this.shelf, JSON.stringify(words));
      else sessionStorage.removeItem(this.shelf);
    } catch {
      // A browser that keeps nothing: the words live as long as the page.
    }
  }

  restored() {
    try {
      return this.use === "room" ? JSON.parse(sessionStorage.getItem(this.shelf) ?? "[]") : [];
    } catch {
      return [];
    }
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
    clearTimeout(this.waiting);
    this.waiting = null;
    const socket = this.socket;
    this.socket = null;
    this.isSeated = false;
    socket?.close(1000);
  }
}

// What the room knows, as one value; every frame and every own word goes through here.

export const initial = {
  connection: "connecting",
  refusal: null,
  stage: null,
  chat: [],
  pending: [],
  own: [],
  offers: [],
  forms: {},
  submitted: [],
  poll: null,
  answered: null,
  answering: null,
  pollError: null,
  pinned: null,
  slow: 0,
  present: 0,
  name: "",
  heartbeat: 10,
};

const KEPT_LINES = 300;

export function reduce(room, event) {
  switch (event.type) {
    case "connection":
      return { ...room, connection: event.state, refusal: event.state === "open" ? null : room.refusal };
    case "refused":
      return { ...room, refusal: event.answer };
    case "say": {
      const others = room.pending.filter((line) => line.id !== event.id);
      return { ...room, pending: [...others, { id: event.id, text: event.text, reply: event.reply, state: "sending" }] };
    }
    case "unsay":
      return { ...room, pending: room.pending.filter((line) => line.id !== event.id) };
    case "form":
      return { ...room, forms: { ...room.forms, [event.offer]: { id: event.id, state: "sending" } } };
    case "answer":
      return { ...room, answering: { id: event.id, option: event.option }, pollError: null };
    case "frame":
      return heard(room, event.frame);
    default:
      return room;
  }
}

function heard(room, frame) {
  if (frame.type === "ack") return acknowledged(room, frame);
  if (frame.type === "hello") return welcomed(room, frame);
  if (frame.type !== "tick") return room;
  const poll = frame.poll === undefined ? room.poll : frame.poll;
  return {
    ...room,
    poll,
    answered: poll?.id === room.poll?.id ? room.answered : null,
    pinned: frame.pinned === undefined ? room.pinned : frame.pinned,
    slow: frame.slow ?? room.slow,
    stage: frame.stage ? sameMedia(room.stage, frame.stage) : room.stage,
    chat: without(joined(room.chat, frame.chat ?? []), frame.gone ?? []),
    offers: frame.offers ?? room.offers,
    present: frame.present ?? room.present,
  };
}

// The first greeting or one after a break: what was on the page already stays, what was missed comes to it.
function welcomed(room, frame) {
  const shadow = frame.shadow ?? [];
  return {
    ...room,
    stage: sameMedia(room.stage, frame.stage),
    chat: without(joined(room.chat, [...(frame.chat ?? []), ...shadow], frame.stage.phase === "replay"), frame.gone ?? []),
    own: [...new Set([...room.own, ...(frame.own ?? []), ...shadow.map((line) => line.id)])],
    poll: frame.poll ?? null,
    answered: frame.answered ?? null,
    pinned: frame.pinned ?? null,
    slow: frame.slow ?? 0,
    offers: frame.offers ?? [],
    submitted: frame.submitted ?? [],
    present: frame.present ?? 0,
    name: frame.name ?? "",
    heartbeat: frame.heartbeat ?? room.heartbeat,
  };
}

// Every frame signs the video's address anew; a player that has one keeps it while it is the same video.
function sameMedia(before, stage) {
  const isSame = before?.media && stage.media && before.media.key === stage.media.key;
  return isSame ? { ...stage, media: before.media } : stage;
}

// Each line once, by the instant it was said. What was told later about a line is truer than what was told before.
function joined(chat, fresh, isWhole = false) {
  if (fresh.length === 0) return chat;
  const lines = new Map(chat.map((line) => [line.id, line]));
  for (const line of fresh) lines.set(line.id, line);
  const sorted = [...lines.values()].sort((one, other) => one.said - other.said);
  return isWhole ? sorted : sorted.slice(-KEPT_LINES);
}

// Deleted lines go, and with them what answers show of them.
function without(chat, gone) {
  if (gone.length === 0) return chat;
  const names = new Set(gone);
  return chat
    .filter((line) => !names.has(line.id))
    .map((line) => (line.reply && names.has(line.reply.id) ? { ...line, reply: { id: line.reply.id } } : line));
}

function acknowledged(room, ack) {
  if (room.pending.some((line) => line.id === ack.id)) return spoken(room, ack);
  if (room.answering?.id === ack.id) {
    const more = ack.ok ? { answered: room.answering.option } : { pollError: ack.error };
    return { ...room, ...more, answering: null };
  }
  const offer = Object.keys(room.forms).find((name) => room.forms[name].id === ack.id);
  if (!offer) return room;
  const forms = { ...room.forms, [offer]: { id: ack.id, state: ack.ok ? "sent" : "failed", error: ack.error } };
  return { ...room, forms, submitted: ack.ok ? [...room.submitted, offer] : room.submitted };
}

// One's own line stands in the chat from the moment it is in the log, at the instant the log has for it: whether others
// see it too cannot be told from it.
function spoken(room, ack) {
  const line = room.pending.find((waiting) => waiting.id === ack.id);
  if (!ack.ok) {
    const failed = { ...line, state: "failed", error: ack.error };
    return { ...room, pending: room.pending.map((waiting) => (waiting === line ? failed : waiting)) };
  }
  const said = { id: ack.line, author: room.name, text: line.text, said: ack.said, ...(line.reply ? { reply: line.reply } : {}) };
  return {
    ...room,
    pending: room.pending.filter((waiting) => waiting !== line),
    own: [...room.own, ack.line],
    chat: room.chat.some((known) => known.id === ack.line) ? room.chat : joined(room.chat, [said]),
  };
}

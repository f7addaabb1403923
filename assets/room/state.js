// What the room knows, as one value; every frame and every own word goes through here.

export const initial = {
  queue: null,
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
  files: [],
  questions: [],
  asking: [],
  asked: [],
  voted: [],
  applause: { number: 0, kinds: {} },
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
    case "ask":
      return { ...room, asking: [...room.asking.filter((one) => one.id !== event.id), { id: event.id, text: event.text, state: "sending" }] };
    case "unask":
      return { ...room, asking: room.asking.filter((one) => one.id !== event.id) };
    case "vote":
      return { ...room, voted: [...new Set([...room.voted, event.question])] };
    case "react":
      return { ...room, applause: { number: room.applause.number + 1, kinds: { [event.kind]: 1 }, isOwn: true } };
    case "frame":
      return heard(room, event.frame);
    default:
      return room;
  }
}

function heard(room, frame) {
  if (frame.type === "ack") return acknowledged(room, frame);
  if (frame.type === "queue") return { ...room, queue: { position: frame.position, of: frame.of } };
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
    files: frame.handouts ?? room.files,
    questions: frame.questions ? listed(room.questions, frame.questions) : room.questions,
    applause: frame.reactions ? { number: room.applause.number + 1, kinds: frame.reactions } : room.applause,
    present: frame.present ?? room.present,
  };
}

// Each question as it was told last; what the host took away is gone.
function listed(questions, told) {
  const byId = new Map(questions.map((question) => [question.id, question]));
  for (const question of told) {
    if (question.gone) byId.delete(question.id);
    else byId.set(question.id, question);
  }
  return [...byId.values()];
}

// The first greeting or one after a break: what was on the page already stays, what was missed comes to it.
function welcomed(room, frame) {
  const shadow = frame.shadow ?? [];
  return {
    ...room,
    queue: null,
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
    files: frame.handouts ?? [],
    questions: [...(frame.questions ?? []), ...(frame.shadow_questions ?? [])],
    asked: frame.asked ?? [],
    voted: frame.voted ?? [],
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
  if (room.asking.some((one) => one.id === ack.id)) return asked(room, ack);
  if (room.answering?.id === ack.id) {
    const more = ack.ok ? { answered: room.answering.option } : { pollError: ack.error };
    return { ...room, ...more, answering: null };
  }
  const offer = Object.keys(room.forms).find((name) => room.forms[name].id === ack.id);
  if (!offer) return room;
  const forms = { ...room.forms, [offer]: { id: ack.id, state: ack.ok ? "sent" : "failed", error: ack.error } };
  return { ...room, forms, submitted: ack.ok ? [...room.submitted, offer] : room.submitted };
}

// One's own question stands on the list as soon as it is in the log, like a line in the chat.
function asked(room, ack) {
  const one = room.asking.find((waiting) => waiting.id === ack.id);
  if (!ack.ok) {
    const failed = { ...one, state: "failed", error: ack.error };
    return { ...room, asking: room.asking.map((waiting) => (waiting === one ? failed : waiting)) };
  }
  const question = { id: ack.question, author: room.name, text: one.text, said: Date.now(), votes: 0, answer: null };
  const isKnown = room.questions.some((known) => known.id === ack.question);
  return {
    ...room,
    asking: room.asking.filter((waiting) => waiting !== one),
    asked: [...room.asked, ack.question],
    questions: isKnown ? room.questions : [...room.questions, question],
  };
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

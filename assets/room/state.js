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
    case "say":
      return { ...room, pending: [...room.pending, { id: event.id, text: event.text, state: "sending" }] };
    case "form":
      return { ...room, forms: { ...room.forms, [event.offer]: { id: event.id, state: "sending" } } };
    case "answer":
      return { ...room, answering: { id: event.id, option: event.option }, pollError: null };
    case "ack":
      return acknowledged(room, event);
    case "frame":
      return heard(room, event.frame);
    default:
      return room;
  }
}

function heard(room, frame) {
  if (frame.type === "ack") return acknowledged(room, frame);
  if (frame.type === "hello") {
    return {
      ...room,
      stage: sameMedia(room.stage, frame.stage),
      chat: [...(frame.chat ?? []), ...(frame.shadow ?? [])].sort((one, other) => one.at - other.at),
      own: [...(frame.own ?? []), ...(frame.shadow ?? []).map((line) => line.id)],
      poll: frame.poll ?? null,
      answered: frame.answered ?? null,
      pinned: frame.pinned ?? null,
      slow: frame.slow ?? 0,
      offers: frame.offers ?? [],
      submitted: frame.submitted ?? [],
      present: frame.present ?? 0,
      name: frame.name ?? "",
      heartbeat: frame.heartbeat ?? room.heartbeat,
      pending: room.pending.filter((line) => line.state === "failed"),
    };
  }
  if (frame.type !== "tick") return room;
  const poll = frame.poll === undefined ? room.poll : frame.poll;
  const gone = new Set(frame.gone ?? []);
  return {
    ...room,
    poll,
    answered: poll?.id === room.poll?.id ? room.answered : null,
    pinned: frame.pinned === undefined ? room.pinned : frame.pinned,
    slow: frame.slow ?? room.slow,
    stage: frame.stage ? sameMedia(room.stage, frame.stage) : room.stage,
    chat: joined(room.chat, frame.chat ?? []).filter((line) => !gone.has(line.id)),
    pending: settled(room.pending, frame.chat ?? []).filter((line) => !gone.has(line.line)),
    offers: frame.offers ?? room.offers,
    present: frame.present ?? room.present,
  };
}

// Every frame signs the video's address anew; a player that has one keeps it while it is the same video.
function sameMedia(before, stage) {
  const isSame = before?.media && stage.media && before.media.key === stage.media.key;
  return isSame ? { ...stage, media: before.media } : stage;
}

function joined(chat, fresh) {
  const known = new Set(chat.map((line) => line.id));
  return [...chat, ...fresh.filter((line) => !known.has(line.id))].slice(-KEPT_LINES);
}

// One's own line leaves the waiting list when the room says it back.
function settled(pending, fresh) {
  const said = new Set(fresh.map((line) => line.id));
  return pending.filter((line) => !said.has(line.line));
}

function acknowledged(room, ack) {
  const isKnown = (line) => room.chat.some((said) => said.id === ack.line);
  const own = ack.ok && ack.line ? [...room.own, ack.line] : room.own;
  const pending = room.pending.flatMap((line) => {
    if (line.id !== ack.id) return [line];
    if (ack.ok) return isKnown(line) ? [] : [{ ...line, state: "sent", line: ack.line }];
    return [{ ...line, state: "failed", error: ack.error }];
  });
  if (room.answering?.id === ack.id) {
    const more = ack.ok ? { answered: room.answering.option } : { pollError: ack.error };
    return { ...room, ...more, answering: null };
  }
  const offer = Object.keys(room.forms).find((name) => room.forms[name].id === ack.id);
  if (!offer) return { ...room, pending, own };
  const forms = { ...room.forms, [offer]: { id: ack.id, state: ack.ok ? "sent" : "failed", error: ack.error } };
  return { ...room, pending, own, forms, submitted: ack.ok ? [...room.submitted, offer] : room.submitted };
}

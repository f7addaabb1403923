// The room: one page of one lead. It shows what the server says is due, and says every few seconds that it is there.
import React, { useEffect, useMemo, useReducer, useRef, useState } from "react";
import { localTime } from "$/public/clock/time.js";
import { Chat } from "$/public/room/chat.jsx";
import { ServerClock, timecode } from "$/public/room/clock.js";
import { Curtain, Over, Refused, refusalOf, Waiting } from "$/public/room/curtain.jsx";
import { Files } from "$/public/room/files.jsx";
import { Offer } from "$/public/room/offer.jsx";
import { Poll } from "$/public/room/poll.jsx";
import { Player } from "$/public/room/player.jsx";
import { Questions } from "$/public/room/questions.jsx";
import { Reactions } from "$/public/room/reactions.jsx";
import { freshMedia } from "$/public/room/screens.js";
import { Side } from "$/public/room/side.jsx";
import { RoomSocket, newId } from "$/public/room/socket.js";
import { initial, reduce } from "$/public/room/state.js";
import { ThemeSwitch } from "$/public/room/theme.jsx";

function speaker(texts, language) {
  return (key, values = {}) => {
    const text = texts[language]?.[`room.${key}`] ?? key;
    return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  };
}

function chosenLanguage() {
  const asked = new URLSearchParams(location.search).get("lang");
  const kept = document.cookie.match(/(?:^|; )efir_lang=(ru|en)/)?.[1];
  return [asked, kept].find((language) => language === "ru" || language === "en") ?? null;
}

export default function Room({ use = "room", early = null, texts }) {
  const session = useMemo(() => location.pathname.split("/").filter(Boolean).pop(), []);
  const [room, tell] = useReducer(reduce, early ? { ...initial, stage: early } : initial);
  const [language, setLanguage] = useState(() => chosenLanguage() ?? (document.documentElement.lang || "ru"));
  const clock = useMemo(() => {
    const made = new ServerClock();
    made.hear(early?.now, performance.getEntriesByType("navigation")[0]?.responseStart);
    return made;
  }, []);
  const player = useRef(null);
  const socket = useRef(null);
  const beatAt = useRef(0);
  const t = useMemo(() => speaker(texts, language), [texts, language]);
  const stage = room.stage;
  const [offers, fill] = useUnfinished(useOffersOf(room.offers, use, player), room.submitted);
  const title = stage?.title ?? room.refusal?.title;

  function beat() {
    return {
      type: "beat",
      position: player.current?.position() ?? 0,
      playing: player.current?.isPlaying() ?? false,
      visible: !document.hidden,
    };
  }

  function sendBeat() {
    if (socket.current?.send(beat())) beatAt.current = performance.now();
  }

  const heartbeat = useRef(10);
  heartbeat.current = room.heartbeat;
  function beatIfDue(share) {
    if (performance.now() - beatAt.current > heartbeat.current * 1000 * share) sendBeat();
  }

  useEffect(() => {
    const line = new RoomSocket(session, use, {
      admitted: (answer) => chosenLanguage() ?? setLanguage(answer.lang),
      state: (state) => tell({ type: "connection", state }),
      refused: (answer) => tell({ type: "refused", answer }),
      frame: (frame) => {
        clock.hear(frame.now);
        // Timers of hidden pages are slowed down; frames are not, so they also keep the heart beating.
        // The last heartbeat of a phase is sent while its player still stands.
        if (frame.stage && frame.type === "tick") sendBeat();
        if (frame.type === "pulse") beatIfDue(0.5);
        else tell({ type: "frame", frame });
      },
    });
    socket.current = line;
    for (const word of line.outbox.values()) tell({ type: word.type === "chat" ? "say" : "ask", id: word.id, text: word.text });
    line.open();
    const leave = () => line.farewell(beat());
    const comeBack = (event) => event.persisted && line.open();
    window.addEventListener("pagehide", leave);
    window.addEventListener("pageshow", comeBack);
    return () => {
      window.removeEventListener("pagehide", leave);
      window.removeEventListener("pageshow", comeBack);
      line.farewell(beat());
    };
  }, [session, use]);

  useEffect(() => {
    if (room.connection !== "open") return undefined;
    sendBeat();
    const timer = setInterval(() => beatIfDue(0.9), room.heartbeat * 500);
    document.addEventListener("visibilitychange", sendBeat);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", sendBeat);
    };
  }, [room.connection, room.heartbeat, stage?.phase]);

  useEffect(() => {
    document.documentElement.lang = language;
    const name = title?.[language] ?? title?.ru;
    if (name) document.title = name;
  }, [language, title]);

  const deliver = (frame) => socket.current?.deliver(frame);
  const say = (text, reply, id = newId()) => {
    tell({ type: "say", id, text, reply });
    deliver({ type: "chat", id, text, ...(reply ? { reply: reply.id } : {}) });
  };
  const unsay = (id) => {
    tell({ type: "unsay", id });
    socket.current?.withdraw(id);
  };
  const ask = (text, id = newId()) => {
    tell({ type: "ask", id, text });
    deliver({ type: "question", id, text });
  };
  const unask = (id) => {
    tell({ type: "unask", id });
    socket.current?.withdraw(id);
  };
  const vote = (question) => {
    tell({ type: "vote", question });
    deliver({ type: "upvote", id: newId(), question });
  };
  const react = (kind) => {
    tell({ type: "react", kind });
    socket.current?.send({ type: "reaction", kind });
  };
  const act = (type, offer, more = {}) => {
    const id = newId();
    if (type === "form") tell({ type: "form", id, offer });
    deliver({ type, id, offer, ...more });
  };
  const answer = (poll, option) => {
    const id = newId();
    tell({ type: "answer", id, option });
    deliver({ type: "poll", id, poll, option });
  };
  const switchLanguage = (code) => {
    document.cookie = `efir_lang=${code}; path=/; max-age=31536000; samesite=lax`;
    setLanguage(code);
  };

  const isOnline = room.connection === "open";
  const tabs = stage ? [
    {
      id: "chat", label: t("chat.title"),
      body: (
        <Chat lines={room.chat} own={room.own} pending={room.pending} name={room.name} t={t} onSend={say} onUnsay={unsay} pinned={room.pinned}
          slow={room.slow} isLinking={stage.links === true} isOnline={isOnline} isReadOnly={use === "replay"} isOpen={stage.chat === true} />
      ),
    },
    ...(stage.questions || room.questions.length ? [{
      id: "questions", label: t("questions.title"), badge: room.questions.length,
      body: (
        <Questions questions={room.questions} asking={room.asking} asked={room.asked} voted={room.voted} isOpen={stage.questions === true}
          isOnline={isOnline} t={t} onAsk={ask} onUnask={unask} onVote={vote} />
      ),
    }] : []),
    ...(room.files.length ? [{
      id: "files", label: t("files.title"), badge: room.files.length, body: <Files files={room.files} language={language} t={t} />,
    }] : []),
  ] : [];

  return (
    <div className="room" data-use={use} data-phase={stage?.phase ?? "opening"} lang={language}>
      <Bar stage={stage} title={title} language={language} clock={clock} t={t} onLanguage={switchLanguage} use={use}>
        <ThemeSwitch texts={texts[language]} />
      </Bar>
      {room.connection === "reconnecting" && !room.refusal ? (
        <p className="room-note" role="status" data-testid="reconnecting">{t("reconnecting")}</p>
      ) : null}
      <Heralds turn={turnOf(room)} offers={offers} poll={room.poll} language={language} t={t} />
      <main className="room-grid">
        <div className="room-stage">
          <Scene room={room} use={use} session={session} clock={clock} language={language} t={t} player={player}
            onPlaying={sendBeat} onReturn={() => socket.current?.open()} />
          {room.poll && !room.refusal ? (
            <Poll key={room.poll.id} poll={room.poll} answered={room.answered} error={room.pollError}
              isWaiting={room.answering !== null && !isOnline} language={language} t={t} onAnswer={answer} />
          ) : null}
          {room.refusal ? null : offers.map((offer) => (
            <Offer key={offer.id} offer={offer} clock={clock} language={language} t={t} fate={room.forms[offer.id]}
              isSubmitted={room.submitted.includes(offer.id)} isOnline={isOnline}
              onFilling={fill} onShown={(id) => act("offer_shown", id)} onClicked={(id) => act("offer_clicked", id)}
              onForm={(id, answers) => act("form", id, { answers })} />
          ))}
          {stage ? <About stage={stage} language={language} t={t} /> : null}
        </div>
        {stage && !room.refusal ? (
          <Side tabs={tabs} present={use === "replay" ? null : room.present} t={t}
            foot={stage.reactions ? <Reactions applause={room.applause} t={t} onReact={react} /> : null} />
        ) : null}
      </main>
    </div>
  );
}

// In a recording offers stand where they stood on air; in the room the server says which stand now.
function useOffersOf(offers, use, player) {
  const [position, setPosition] = useState(0);
  const isTimed = use === "replay" && offers.length > 0;
  useEffect(() => {
    if (!isTimed) return undefined;
    const timer = setInterval(() => setPosition(player.current?.position() ?? 0), 500);
    return () => clearInterval(timer);
  }, [isTimed]);
  if (!isTimed) return offers;
  return offers.filter((offer) => offer.when.some(([from, to]) => position >= from && (to === null || position < to)));
}

// Whoever has a form open may finish it, though the offer went meanwhile: what was typed is not taken away.
function useUnfinished(standing, submitted) {
  const [open, setOpen] = useState({});
  const late = useRef(new Set());
  const fill = (offer, isOpen) => setOpen(({ [offer.id]: _, ...rest }) => (isOpen ? { ...rest, [offer.id]: offer } : rest));
  const kept = Object.values(open).filter(
    ({ id }) => standing.every((offer) => offer.id !== id) && (late.current.has(id) || !submitted.includes(id)),
  );
  late.current = new Set(kept.map(({ id }) => id));
  return [[...standing, ...kept.map((offer) => ({ ...offer, until: null, isLate: true }))], fill];
}

// The text that says what the room has turned into; null while one waits for it.
function turnOf(room) {
  if (room.refusal) return `refused.${refusalOf(room.refusal)}.title`;
  if (room.connection === "taken_over") return "taken_over.title";
  return { on_air: "sign.on_air", over: "over.title", cancelled: "cancelled.title" }[room.stage?.phase] ?? null;
}

// Says once what came onto the screen by itself, for who does not see it.
function Heralds({ turn, offers, poll, language, t }) {
  const told = useRef(new Set());
  const [word, setWord] = useState("");
  const text = (texts) => texts?.[language] ?? texts?.ru ?? Object.values(texts ?? {})[0] ?? "";
  useEffect(() => {
    const shown = [
      ...(turn ? [[`turn ${turn}`, t(turn)]] : []),
      ...offers.map((offer) => [`offer ${offer.id}`, t("side.offer", { title: text(offer.title) })]),
      ...(poll?.open ? [[`poll ${poll.id}`, t("side.poll", { title: text(poll.question) })]] : []),
    ];
    const fresh = shown.filter(([name]) => !told.current.has(name));
    told.current = new Set(shown.map(([name]) => name));
    if (fresh.length) setWord(fresh.map(([, sentence]) => sentence).join(" "));
  }, [turn, offers, poll]);
  return <p className="visually-hidden" role="status" data-testid="herald">{word}</p>;
}

function Scene({ room, use, session, clock, language, t, player, onPlaying, onReturn }) {
  const stage = room.stage;
  if (room.refusal) return <Refused answer={room.refusal} use={use} session={session} t={t} />;
  if (room.connection === "taken_over") {
    return (
      <Curtain name="taken-over" title={t("taken_over.title")} text={t("taken_over.text")}>
        <button type="button" className="button" data-kind="primary" id="take-back" onClick={onReturn}>{t("taken_over.back")}</button>
      </Curtain>
    );
  }
  if (room.queue) return <Curtain name="full" title={t("full.title")} text={t("full.text", room.queue)} isBusy />;
  if (!stage) return <Curtain name="opening" text={t("opening")} isBusy />;
  if (stage.phase === "lobby") return <Waiting session={session} stage={stage} clock={clock} language={language} t={t} />;
  if (stage.phase === "over" || stage.phase === "cancelled") return <Over stage={stage} language={language} t={t} />;
  if (!stage.media) return <Curtain name="no-picture" title={t("no_picture.title")} text={t("no_picture.text")} />;
  const isReplay = stage.phase === "replay";
  return (
    <Player ref={player} key={stage.media.key} media={stage.media} zero={isReplay ? null : stage.zero} clock={clock}
      isFree={isReplay} mayPause={stage.pause && !isReplay} name={stage.title[language] ?? stage.title.ru} host={stage.host}
      renew={() => freshMedia(session, use)} t={t} onPlaying={onPlaying} />
  );
}

function Bar({ stage, title, language, clock, t, onLanguage, use, children }) {
  const [now, setNow] = useState(null);
  const isOnAir = stage?.phase === "on_air";
  useEffect(() => {
    if (!isOnAir) return undefined;
    const update = () => setNow(clock.now());
    update();
    const timer = setInterval(update, 500);
    return () => clearInterval(timer);
  }, [isOnAir]);
  const state = isOnAir ? "on" : "off";
  const other = language === "ru" ? "en" : "ru";
  return (
    <header className="room-bar">
      <span className="room-sign" data-state={state} data-testid="sign">
        <span className="lamp" data-state={state} />
        {isOnAir ? t("sign.on_air") : use === "replay" ? t("sign.replay") : t("sign.off_air")}
      </span>
      <h1 className="room-title">{title?.[language] ?? title?.ru ?? ""}</h1>
      {isOnAir && now ? (
        <span className="room-clock timecode" data-testid="timecode">{timecode((now - stage.zero) / 1000)}</span>
      ) : null}
      <button type="button" className="lang-toggle" id={`lang-${other}`} lang={other} onClick={() => onLanguage(other)}>
        {other === "ru" ? "Рус" : "Eng"}
      </button>
      {children}
    </header>
  );
}

function About({ stage, language, t }) {
  const until = stage.until ? localTime(new Date(stage.until), language, "till") : null;
  return (
    <div className="about">
      {stage.host ? <p><span className="faint">{t("host")}</span> <strong>{stage.host}</strong></p> : null}
      {until ? <p className="faint" data-testid="replay-until">{t("replay.until", { when: until })}</p> : null}
    </div>
  );
}

// The host's console: the room as its host sees it. Every picture comes whole from the server; every button is a command
// that is answered when it is in the log.
import React, { useEffect, useMemo, useRef, useState } from "react";
import { Handouts } from "$/public/air/handouts.jsx";
import { Herald } from "$/public/air/herald.jsx";
import { Questions } from "$/public/air/questions.jsx";
import { ServerClock, timecode } from "$/public/room/clock.js";

const MOST_POINTS = 2880;
const PAUSES = [0, 10, 30, 60];
const BACKOFF = [500, 1000, 2000, 4000, 8000];

function useDesk(session) {
  const [picture, setPicture] = useState(null);
  const [points, setPoints] = useState([]);
  const clock = useRef(new ServerClock()).current;
  const [link, setLink] = useState("connecting");
  const [failed, setFailed] = useState(null);
  const socket = useRef(null);
  const waiting = useRef(new Map());
  useEffect(() => {
    let attempt = 0;
    let timer;
    let isOver = false;
    const open = () => {
      const scheme = location.protocol === "https:" ? "wss:" : "ws:";
      const line = new WebSocket(`${scheme}//${location.host}/api/v1/rooms/${session}/desk`);
      socket.current = line;
      line.onmessage = (event) => {
        const frame = JSON.parse(event.data);
        clock.hear(frame.now);
        if (frame.type === "audience") {
          setPoints((known) => (frame.whole ? frame.points : [...known, ...frame.points].slice(-MOST_POINTS)));
        } else if (frame.type === "desk") {
          attempt = 0;
          setLink("open");
          setPicture(frame);
        } else if (frame.type === "ack") {
          waiting.current.get(frame.id)?.(frame);
          waiting.current.delete(frame.id);
          setFailed(frame.ok ? null : frame.error);
        }
      };
      line.onclose = (event) => {
        for (const answer of waiting.current.values()) answer({ ok: false, error: "offline" });
        waiting.current.clear();
        if (isOver) return;
        if ([4401, 4403, 4404].includes(event.code)) {
          setLink(event.code === 4404 ? "unknown" : "refused");
          return;
        }
        setLink("reconnecting");
        timer = setTimeout(open, BACKOFF[Math.min(attempt, BACKOFF.length - 1)] * (0.75 + Math.random() * 0.5));
        attempt += 1;
      };
    };
    open();
    return () => {
      isOver = true;
      clearTimeout(timer);
      socket.current?.close(1000);
    };
  }, [session]);
  const ask = (type, more = {}) =>
    new Promise((answer) => {
      const id = crypto.randomUUID?.() ?? String(Math.random());
      if (socket.current?.readyState !== WebSocket.OPEN) {
        setFailed("offline");
        answer({ ok: false, error: "offline" });
        return;
      }
      waiting.current.set(id, answer);
      socket.current.send(JSON.stringify({ type, id, ...more }));
    });
  return { picture, points, clock, link, failed, ask };
}

export default function Console({ language = "ru", texts }) {
  const session = useMemo(() => location.pathname.split("/").filter(Boolean).pop(), []);
  const { picture, points, clock, link, failed, ask } = useDesk(session);
  const isChatOnly = useMemo(() => new URLSearchParams(location.search).get("view") === "chat", []);
  useEffect(() => document.documentElement.toggleAttribute("data-chat-only", isChatOnly), [isChatOnly]);
  const t = (key, values = {}) =>
    (texts[language]?.[`studio.air.${key}`] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  const say = (given) => given?.[language] ?? given?.ru ?? Object.values(given ?? {})[0] ?? "";
  if (link === "refused" || link === "unknown") return <p className="banner" role="alert" data-kind="bad">{t(link)}</p>;
  if (!picture) return <p className="soft" role="status">{t("connecting")}</p>;
  return (
    <div className="pult" data-testid="air" data-phase={picture.stage.phase} data-view={isChatOnly ? "chat" : undefined}>
      {link === "reconnecting" ? <p className="banner" role="status" data-kind="bad">{t("reconnecting")}</p> : null}
      {failed ? <p className="banner" role="alert" data-kind="bad" data-testid="air-error">{t(`error.${failed}`)}</p> : null}
      {isChatOnly ? <Strip picture={picture} clock={clock} t={t} language={language} /> : <Head picture={picture} clock={clock} t={t} say={say} ask={ask} language={language} />}
      <Herald chat={picture.chat} questions={picture.questions ?? []} t={t} />
      <div className="air-grid">
        <Chat picture={picture} t={t} ask={ask} isAlone={isChatOnly} />
        {isChatOnly ? null : (
          <div className="air-side">
            <Audience points={points} t={t} language={language} />
            <Questions questions={picture.questions ?? []} t={t} ask={ask} />
            <Handouts handouts={picture.handouts ?? []} t={t} ask={ask} />
            <Offers offers={picture.offers} t={t} say={say} ask={ask} />
            <Polls polls={picture.polls} t={t} say={say} ask={ask} />
            <Order picture={picture} t={t} ask={ask} />
          </div>
        )}
      </div>
    </div>
  );
}

// Where the session stands by the server's clock, whatever this computer's says.
function useTimecode(stage, clock) {
  const [now, setNow] = useState(clock.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(clock.now()), 500);
    return () => clearInterval(timer);
  }, [clock]);
  const seconds = (now - stage.starts_at) / 1000;
  if (stage.phase === "on_air") return timecode(Math.max(0, seconds));
  return stage.phase === "lobby" && seconds < 0 ? `−${timecode(-seconds)}` : "";
}

// The head of the chat's own window: what the second screen must not lose sight of.
function Strip({ picture, clock, t, language }) {
  const code = useTimecode(picture.stage, clock);
  return (
    <p className="air-strip">
      <span className="eyebrow" data-state={picture.stage.phase === "on_air" ? "on" : "off"}><span className="lamp" data-state={picture.stage.phase === "on_air" ? "on" : "off"} /> {t(`phase.${picture.stage.phase}`)}</span>
      <span className="mono" data-testid="air-clock">{code}</span>
      <span className="soft">{t("watching")} <span className="digits">{picture.watching.toLocaleString(language)}</span></span>
    </p>
  );
}

function Head({ picture, clock, t, say, ask, language }) {
  const { stage } = picture;
  const code = useTimecode(stage, clock);
  const isLive = stage.mode === "live";
  return (
    <section className="panel air-head">
      <div className="air-state">
        <span className="eyebrow" data-testid="air-phase" data-state={stage.phase === "on_air" ? "on" : "off"}>
          <span className="lamp" data-state={stage.phase === "on_air" ? "on" : "off"} /> {t(`phase.${stage.phase}`)}
        </span>
        <strong>{say(stage.title)}</strong>
        <span className="mono" data-testid="air-clock">{code}</span>
      </div>
      <dl className="air-now">
        <div><dt>{t("present")}</dt><dd className="digits" data-testid="air-present">{picture.present.toLocaleString(language)}</dd></div>
        {picture.queue ? <div><dt>{t("queue")}</dt><dd className="digits" data-testid="air-queue">{picture.queue.toLocaleString(language)}</dd></div> : null}
        <div><dt>{t("watching")}</dt><dd className="digits" data-testid="air-watching">{picture.watching.toLocaleString(language)}</dd></div>
      </dl>
      {isLive && stage.picture === false && ["lobby", "on_air"].includes(stage.phase) ? (
        <p className="soft" role="note" id="air-no-picture">
          {t("no_picture")} <a href={`/studio/webinars/${stage.webinar}/edit`}>{t("to_form")}</a>
        </p>
      ) : null}
      <div className="actions">
        {isLive && stage.phase === "lobby" ? (
          <button type="button" className="button" data-kind="primary" id="air-go-live" onClick={() => ask("go_live")}>{t("go_live")}</button>
        ) : null}
        {isLive && stage.phase === "on_air" ? <End t={t} ask={ask} /> : null}
        {!isLive ? <span className="soft">{t("auto")}</span> : null}
        <a className="button small" data-kind="quiet" href={`/studio/webinars/${stage.webinar}`}>{t("to_webinar")}</a>
      </div>
    </section>
  );
}

// The last question: whoever asked it by keyboard stands on «no», and is back on the button when it was answered so.
function End({ t, ask }) {
  const [asked, setAsked] = useState("never"); // never | now | before
  const stay = () => setAsked("before");
  if (asked !== "now") {
    return <button type="button" className="button" id="air-end" autoFocus={asked === "before"} onClick={() => setAsked("now")}>{t("end")}</button>;
  }
  return (
    <span className="actions" role="group" aria-labelledby="air-sure" onKeyDown={(event) => event.key === "Escape" && stay()}>
      <span id="air-sure" role="alert">{t("sure_end")}</span>
      <button type="button" className="button small" data-kind="danger" id="air-end-yes" onClick={() => ask("end").then(stay)}>{t("yes")}</button>
      <button type="button" className="button small" data-kind="quiet" id="air-end-no" autoFocus onClick={stay}>{t("no")}</button>
    </span>
  );
}

function Audience({ points, t, language }) {
  const most = points.reduce((high, point) => Math.max(high, point[1]), 1);
  const first = points[0]?.[0] ?? 0;
  const span = Math.max(1, (points.at(-1)?.[0] ?? 0) - first);
  const path = (index) =>
    points.map((point) => `${((point[0] - first) / span) * 300},${58 - (point[index] / most) * 54}`).join(" ");
  return (
    <section className="panel air-part" aria-labelledby="air-audience">
      <h2 id="air-audience">{t("audience")}</h2>
      <svg viewBox="0 0 300 60" preserveAspectRatio="none" className="air-curve" role="img" aria-label={t("audience_label", { most })}>
        <polyline points={path(1)} className="air-present" />
        <polyline points={path(2)} className="air-watching" />
      </svg>
      <p className="air-keys">
        <span><i data-kind="watching" />{t("key_watching")}</span>
        <span><i data-kind="present" />{t("key_present")}</span>
      </p>
      <p className="soft">{t("audience_most", { most: most.toLocaleString(language), minutes: Math.max(1, Math.round(span / 60)) })}</p>
    </section>
  );
}

function popOut() {
  window.open(`${location.pathname}?view=chat`, `chat-${location.pathname}`, "popup,width=420,height=760");
}

function Chat({ picture, t, ask, isAlone }) {
  const list = useRef(null);
  const [text, setText] = useState("");
  const [reply, setReply] = useState(null);
  const field = useRef(null);
  const [isFollowing, setIsFollowing] = useState(true);
  const last = picture.chat.at(-1)?.id;
  useEffect(() => {
    if (isFollowing && list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [last]);
  const pinned = picture.chat.find((line) => line.id === picture.pinned);
  function submit(event) {
    event.preventDefault();
    const said = text.trim();
    if (!said) return;
    ask("say", { text: said, ...(reply ? { reply: reply.id } : {}) }).then((answer) => {
      if (!answer.ok) return;
      setText("");
      setReply(null);
    });
  }
  // The guest is called by name, as guests call one another: their page tells them so.
  function answerTo(line) {
    setReply(line);
    if (line.author && !line.host && !text.trim()) setText(`@${line.author} `);
    field.current?.focus();
  }
  return (
    <section className="panel air-chat" aria-labelledby="air-chat-title">
      <header>
        <h2 id="air-chat-title">{t("chat")}</h2>
        {isAlone ? null : <button type="button" className="link-button" id="air-pop-out" onClick={popOut}>{t("pop_out")}</button>}
        <label className="air-slow">
          <span>{t("slow")}</span>
          <select id="air-slow" value={picture.slow} onChange={(event) => ask("slow", { seconds: Number(event.target.value) })}>
            {[...new Set([...PAUSES, picture.slow])].map((pause) => (
              <option key={pause} value={pause}>{pause ? t("slow_seconds", { seconds: pause }) : t("slow_off")}</option>
            ))}
          </select>
        </label>
      </header>
      {pinned ? (
        <p className="air-pinned" data-testid="air-pinned">
          <span><strong>{pinned.author || t(pinned.host ? "host_name" : "guest_name")}</strong> {pinned.text}</span>
          <button type="button" className="link-button" id="air-unpin" onClick={() => ask("pin", { line: null })}>{t("unpin")}</button>
        </p>
      ) : null}
      <Held lines={picture.chat.filter((line) => line.held && !line.deleted)} t={t} ask={ask} />
      <ol className="air-lines" ref={list} tabIndex={0} onScroll={() => {
        const box = list.current;
        setIsFollowing(box.scrollHeight - box.scrollTop - box.clientHeight < 60);
      }}>
        {picture.chat.length === 0 ? <li className="soft">{t("chat_empty")}</li> : null}
        {picture.chat.filter((line) => !line.held || line.deleted).map((line) => (
          <Line key={line.id} line={line} t={t} ask={ask} onReply={answerTo} />
        ))}
      </ol>
      {reply ? (
        <p className="air-pinned air-reply" data-testid="air-reply">
          <span><span className="soft">{t("reply_to", { name: nameOf(reply, t) })}</span> {reply.text}</span>
          <button type="button" className="link-button" id="air-unreply" onClick={() => setReply(null)}>{t("unreply")}</button>
        </p>
      ) : null}
      <form className="air-say" onSubmit={submit}>
        <label className="visually-hidden" htmlFor="air-text">{t("say")}</label>
        <input id="air-text" className="input" ref={field} value={text} maxLength={500} autoComplete="off" placeholder={t("say")}
          onChange={(event) => setText(event.target.value)} />
        <button type="submit" className="button" data-kind="primary" id="air-send">{t("send")}</button>
      </form>
    </section>
  );
}

// Lines the words list holds: above the others, so that nobody waits because the chat ran on.
function Held({ lines, t, ask }) {
  if (lines.length === 0) return null;
  return (
    <section className="air-held" aria-label={t("held")}>
      <h3>{t("held")} <span className="digits">{lines.length}</span></h3>
      <ol className="air-held-lines">{lines.map((line) => <Line key={line.id} line={line} t={t} ask={ask} />)}</ol>
    </section>
  );
}

const nameOf = (line, t) => line.author || t(line.host ? "host_name" : "guest_name");

function Line({ line, t, ask, onReply }) {
  const about = { type: "button", className: "link-button", "aria-describedby": `by-${line.id}` };
  const marks = ["simulated", "host", "held", "deleted", "shadow", "banned"].filter((mark) => line[mark]);
  return (
    <li className="air-line" data-testid="air-line" data-deleted={line.deleted ? "" : undefined}>
      <span className="air-author" id={`by-${line.id}`}>
        {nameOf(line, t)}
        {marks.map((mark) => <span key={mark} className="tag" data-kind={mark === "host" ? "live" : "quiet"}>{t(`mark.${mark}`)}</span>)}
      </span>
      {line.reply ? (
        <span className="air-quote" data-testid="air-quote">
          {line.reply.text ? `${nameOf(line.reply, t)}: ${line.reply.text}` : t("quote_gone")}
        </span>
      ) : null}
      <span className="air-text">{line.text}</span>
      <span className="air-deeds">
        {line.deleted ? null : (
          <>
            {line.held ? <button {...about} onClick={() => ask("release", { line: line.id })}>{t("release")}</button> : null}
            {onReply ? <button {...about} data-testid="air-answer" onClick={() => onReply(line)}>{t("reply")}</button> : null}
            <button {...about} onClick={() => ask("pin", { line: line.id })}>{t("pin")}</button>
            <button {...about} onClick={() => ask("delete", { line: line.id })}>{t("delete")}</button>
          </>
        )}
        {line.guest && !line.muted ? <button {...about} onClick={() => ask("mute", { guest: line.guest })}>{t("mute")}</button> : null}
        {line.guest && !line.banned ? <button {...about} onClick={() => ask("ban", { guest: line.guest })}>{t("ban")}</button> : null}
      </span>
    </li>
  );
}

function Offers({ offers, t, say, ask }) {
  return (
    <section className="panel air-part" aria-labelledby="air-offers">
      <h2 id="air-offers">{t("offers")}</h2>
      {offers.length === 0 ? <p className="soft">{t("no_offers")}</p> : null}
      {offers.map((offer) => (
        <div key={offer.id} className="air-row" data-testid="air-offer">
          <span id={`offer-${offer.id}`}>{say(offer.title)} {offer.at === null ? null : <span className="mono soft">{timecode(offer.at)}</span>}</span>
          <button type="button" className="button small" data-kind={offer.shown ? "" : "primary"} aria-describedby={`offer-${offer.id}`}
            onClick={() => ask(offer.shown ? "offer_hide" : "offer_launch", { offer: offer.id })}>
            {offer.shown ? t("hide") : t("launch")}
          </button>
        </div>
      ))}
    </section>
  );
}

function Polls({ polls, t, say, ask }) {
  const [isNew, setIsNew] = useState(false);
  return (
    <section className="panel air-part" aria-labelledby="air-polls">
      <h2 id="air-polls">{t("polls")}</h2>
      {polls.map((poll) => {
        const total = poll.options.reduce((sum, option) => sum + option.votes, 0);
        return (
          <div key={poll.id} className="air-poll" data-testid="air-poll">
            <strong>{say(poll.question)}</strong>
            <ul>
              {poll.options.map((option) => (
                <li key={option.id} style={{ "--share": total ? option.votes / total : 0 }}>
                  <span>{say(option.text)}</span><span className="digits">{option.votes}</span>
                </li>
              ))}
            </ul>
            <span className="actions">
              {poll.open ? (
                <button type="button" className="button small" onClick={() => ask("poll_close", { poll: poll.id })}>{t("poll_close")}</button>
              ) : (
                <button type="button" className="button small" data-kind={poll.opened ? "quiet" : "primary"} onClick={() => ask("poll_open", { poll: poll.id })}>
                  {poll.opened ? t("poll_again") : t("poll_open")}
                </button>
              )}
              {poll.on_screen && !poll.open ? (
                <button type="button" className="button small" data-kind="quiet" onClick={() => ask("poll_away", { poll: poll.id })}>{t("poll_away")}</button>
              ) : null}
            </span>
          </div>
        );
      })}
      {isNew ? <NewPoll t={t} ask={ask} onDone={() => setIsNew(false)} /> : (
        <button type="button" className="button small" id="air-new-poll" onClick={() => setIsNew(true)}>{t("poll_new")}</button>
      )}
    </section>
  );
}

function NewPoll({ t, ask, onDone }) {
  const [question, setQuestion] = useState("");
  const [options, setOptions] = useState("");
  function submit(event) {
    event.preventDefault();
    ask("poll_open", { question, options: options.split("\n") }).then((answer) => answer.ok && onDone());
  }
  return (
    <form className="air-new" onSubmit={submit}>
      <div className="field">
        <label htmlFor="air-question">{t("poll_question")}</label>
        <input id="air-question" value={question} maxLength={200} onChange={(event) => setQuestion(event.target.value)} />
      </div>
      <div className="field">
        <label htmlFor="air-options">{t("poll_answers")}</label>
        <textarea id="air-options" rows={3} value={options} onChange={(event) => setOptions(event.target.value)} />
      </div>
      <span className="actions">
        <button type="submit" className="button small" data-kind="primary" id="air-poll-start">{t("poll_open")}</button>
        <button type="button" className="button small" data-kind="quiet" onClick={onDone}>{t("cancel")}</button>
      </span>
    </form>
  );
}

function Order({ picture, t, ask }) {
  if (picture.muted.length + picture.banned.length === 0) return null;
  const row = (kind) => (guest) => (
    <div key={kind + guest.id} className="air-row">
      <span>{guest.name} <span className="soft">{t(`is_${kind}`)}</span></span>
      <button type="button" className="button small" data-kind="quiet" onClick={() => ask(kind === "muted" ? "unmute" : "unban", { guest: guest.id })}>
        {t(`un${kind}`)}
      </button>
    </div>
  );
  return (
    <section className="panel air-part" aria-labelledby="air-order">
      <h2 id="air-order">{t("order")}</h2>
      {picture.muted.map(row("muted"))}
      {picture.banned.map(row("banned"))}
    </section>
  );
}

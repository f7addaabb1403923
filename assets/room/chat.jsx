// The chat: what was said, one's own words at once with their fate, and never a jump while somebody reads back.
import React, { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { Line, Rich, authorOf, calls } from "$/public/room/line.jsx";
import { Write } from "$/public/room/write.jsx";

const NEAR_END = 60; // pixels from the bottom that still count as reading along
const CALM = 15000; // ms between two announcements of how much was written

export function Chat({ lines, pending, own, isOpen, isOnline, isReadOnly, isLinking, name, t, onSend, onUnsay, pinned, slow }) {
  const list = useRef(null);
  const [isFollowing, setIsFollowing] = useState(true);
  const [unread, setUnread] = useState(0);
  const [reply, setReply] = useState(null);
  const count = lines.length + pending.length;
  const before = useRef(count);
  const mine = useMemo(() => new Set(own), [own]);
  const names = useMemo(() => {
    const heard = lines.filter((line) => line.author && !mine.has(line.id)).map((line) => line.author.replace(/\s+/g, "_"));
    return [...new Set(heard.reverse())];
  }, [lines, mine]);

  useLayoutEffect(() => {
    const box = list.current;
    const added = count - before.current;
    before.current = count;
    if (!box) return;
    if (isFollowing) box.scrollTop = box.scrollHeight;
    else if (added > 0) setUnread((number) => number + added);
  }, [count]);

  useEffect(() => {
    const box = list.current;
    if (!box || !window.ResizeObserver) return undefined;
    const observer = new ResizeObserver(() => isFollowing && box.scrollTo({ top: box.scrollHeight }));
    observer.observe(box);
    return () => observer.disconnect();
  }, [isFollowing]);

  function scrolled() {
    const box = list.current;
    const isNear = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END;
    setIsFollowing(isNear);
    if (isNear) setUnread(0);
  }

  function toEnd() {
    setIsFollowing(true);
    setUnread(0);
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }

  function look(id) {
    const line = document.getElementById(`line-${id}`);
    line?.scrollIntoView({ block: "center" });
    line?.animate?.([{ background: "var(--tally-glow)" }, { background: "transparent" }], 1600);
  }

  function send(text) {
    onSend(text, reply ? { id: reply.id, author: reply.author, text: reply.text, ...(reply.host ? { host: true } : {}) } : undefined);
    setReply(null);
  }

  const canWrite = isOpen && !isReadOnly;
  const shared = { isLinking, name, t, onLook: look, onAgain: (line) => onSend(line.text, line.reply, line.id), onUnsay: (line) => onUnsay(line.id) };
  return (
    <section className="chat" aria-label={t("chat.title")} data-testid="chat">
      {pinned ? (
        <p className="chat-pinned" data-testid="pinned">
          <span className="chat-line-author">{t("chat.pinned")} · {authorOf(pinned, t)}</span>
          <span><Rich text={pinned.text} isLinking={isLinking || pinned.host || pinned.simulated} name={name} /></span>
        </p>
      ) : null}
      <div className="chat-lines" ref={list} onScroll={scrolled} role="log" aria-live="off" aria-label={t("chat.log")} tabIndex={0}>
        {count === 0 ? <p className="chat-empty">{canWrite ? t("chat.empty") : t("chat.nothing_said")}</p> : null}
        <ol>
          {lines.map((line) => (
            <Line key={line.id} line={line} isMine={mine.has(line.id)} onReply={canWrite ? setReply : null} {...shared} />
          ))}
          {pending.map((line) => (
            <Line key={line.id} line={{ ...line, author: name, state: line.state === "sending" && !isOnline ? "waiting" : line.state }} isMine {...shared} />
          ))}
        </ol>
      </div>
      {isReadOnly ? null : <Announcer lines={lines} mine={mine} name={name} t={t} />}
      {unread > 0 ? (
        <button type="button" className="chat-unread" id="chat-unread" onClick={toEnd}>
          {t("chat.unread", { count: unread })}
        </button>
      ) : null}
      {slow && canWrite ? <p className="chat-slow">{t("chat.slow", { count: slow })}</p> : null}
      {isReadOnly ? null : isOpen ? (
        <Write t={t} onSend={send} names={names} reply={reply} onUnreply={() => setReply(null)} />
      ) : <p className="chat-closed">{t("chat.closed")}</p>}
    </section>
  );
}

// What a screen reader hears of the chat: the host and whoever calls this guest at once, the rest as a number now and then.
function Announcer({ lines, mine, name, t }) {
  const [word, setWord] = useState("");
  const heard = useRef(null);
  const waiting = useRef({ count: 0, at: 0 });
  useEffect(() => {
    const known = heard.current;
    heard.current = new Set(lines.map((line) => line.id));
    if (known === null) return;
    const fresh = lines.filter((line) => !known.has(line.id) && !mine.has(line.id));
    const called = fresh.filter((line) => line.host || calls(line.text, name) || (line.reply && mine.has(line.reply.id)));
    waiting.current.count += fresh.length - called.length;
    const now = performance.now();
    if (called.length) setWord(called.map((line) => `${authorOf(line, t)}: ${line.text}`).join(". "));
    else if (waiting.current.count && now - waiting.current.at > CALM) {
      setWord(t("chat.new", { count: waiting.current.count }));
      waiting.current = { count: 0, at: now };
    }
  }, [lines]);
  return <p className="visually-hidden" role="status" data-testid="chat-announced">{word}</p>;
}

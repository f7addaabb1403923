// The chat: what was said, one's own words at once with their fate, and never a jump while somebody reads back.
import React, { useEffect, useLayoutEffect, useRef, useState } from "react";

const NEAR_END = 60; // pixels from the bottom that still count as reading along

export function Chat({ lines, pending, own, isOpen, isReadOnly, present, name, t, onSend, pinned, slow }) {
  const list = useRef(null);
  const [isFollowing, setIsFollowing] = useState(true);
  const [unread, setUnread] = useState(0);
  const count = lines.length + pending.length;
  const before = useRef(count);

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
    list.current?.scrollTo({ top: list.current.scrollHeight, behavior: "smooth" });
  }

  return (
    <section className="chat" aria-label={t("chat.title")} data-testid="chat">
      <header className="chat-head">
        <h2>{t("chat.title")}</h2>
        {present === null ? null : (
          <span className="present" data-testid="present" title={t("chat.present_title")}>
            {t("chat.present", { count: present })}
          </span>
        )}
      </header>
      {pinned ? (
        <p className="chat-pinned" data-testid="pinned">
          <span className="chat-line-author">{t("chat.pinned")} · {pinned.author}</span>
          <span>{pinned.text}</span>
        </p>
      ) : null}
      <ol className="chat-lines" ref={list} onScroll={scrolled} aria-live="polite" tabIndex={0}>
        {count === 0 ? <li className="chat-empty">{isReadOnly ? t("chat.nothing_said") : t("chat.empty")}</li> : null}
        {lines.map((line) => (
          <Line key={line.id} line={line} isMine={own.includes(line.id)} t={t} />
        ))}
        {pending.map((line) => (
          <Line key={line.id} line={{ ...line, author: name }} isMine t={t} />
        ))}
      </ol>
      {unread > 0 ? (
        <button type="button" className="chat-unread" id="chat-unread" onClick={toEnd}>
          {t("chat.unread", { count: unread })}
        </button>
      ) : null}
      {slow && isOpen && !isReadOnly ? <p className="chat-slow">{t("chat.slow", { count: slow })}</p> : null}
      {isReadOnly ? null : isOpen ? <Write t={t} onSend={onSend} /> : <p className="chat-closed">{t("chat.closed")}</p>}
    </section>
  );
}

function Line({ line, isMine, t }) {
  return (
    <li
      className="chat-line"
      data-testid="chat-line"
      data-mine={isMine ? "" : undefined}
      data-host={line.host ? "" : undefined}
      data-simulated={line.simulated ? "" : undefined}
      data-state={line.state}
    >
      <span className="chat-line-author">
        {line.author}
        {line.host ? <span className="chat-line-mark">{t("chat.host")}</span> : null}
        {line.simulated ? <span className="chat-line-mark">{t("chat.simulated")}</span> : null}
      </span>
      <span className="chat-line-text">{line.text}</span>
      {line.state === "sending" ? <span className="chat-line-fate">{t("chat.sending")}</span> : null}
      {line.state === "failed" ? <span className="chat-line-fate chat-line-failed">{t(`chat.error.${line.error}`)}</span> : null}
    </li>
  );
}

function Write({ t, onSend }) {
  const [text, setText] = useState("");
  function submit(event) {
    event.preventDefault();
    const said = text.trim();
    if (!said) return;
    onSend(said);
    setText("");
  }
  return (
    <form className="chat-write" onSubmit={submit}>
      <label className="visually-hidden" htmlFor="chat-text">
        {t("chat.placeholder")}
      </label>
      <input
        id="chat-text"
        className="input"
        value={text}
        maxLength={500}
        autoComplete="off"
        enterKeyHint="send"
        placeholder={t("chat.placeholder")}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" id="chat-send" className="button chat-send" aria-label={t("chat.send")}>
        <svg viewBox="0 0 24 24" width="20" height="20" fill="currentColor" aria-hidden="true">
          <path d="M3 20.5v-6.6l9-1.9-9-1.9V3.5L22 12 3 20.5z" />
        </svg>
      </button>
    </form>
  );
}

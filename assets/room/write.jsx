// The line one writes in: an answer to a line, and names of those who spoke, offered after an @.
import React, { useEffect, useRef, useState } from "react";
import { authorOf } from "$/public/room/line.jsx";

const CALLED = /(?:^|\s)@([\p{L}\p{N}_-]*)$/u;
const OFFERED = 5;

export function Write({ t, names, reply, onSend, onUnreply }) {
  const [text, setText] = useState("");
  const [caret, setCaret] = useState(0);
  const [chosen, setChosen] = useState(0);
  const [isDismissed, setIsDismissed] = useState(false);
  const field = useRef(null);
  useEffect(() => {
    if (reply) field.current?.focus();
  }, [reply?.id]);

  const begun = text.slice(0, caret).match(CALLED)?.[1];
  const found = begun === undefined || isDismissed ? [] : names.filter((name) => name.toLowerCase().startsWith(begun.toLowerCase())).slice(0, OFFERED);
  const current = Math.min(chosen, Math.max(0, found.length - 1));

  function typed(event) {
    setText(event.target.value);
    setCaret(event.target.selectionStart);
    setIsDismissed(false);
    setChosen(0);
  }

  function complete(name) {
    const start = caret - begun.length;
    const rest = text.slice(caret);
    const more = `${name}${rest.startsWith(" ") ? "" : " "}`;
    setText(text.slice(0, start) + more + rest);
    const end = start + more.length;
    setCaret(end);
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(end, end);
    });
  }

  function pressed(event) {
    if (event.key === "Escape" && (found.length || reply)) {
      event.stopPropagation();
      if (found.length) setIsDismissed(true);
      else onUnreply();
      return;
    }
    if (!found.length || event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setChosen((current + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length);
    } else if (event.key === "Enter" || event.key === "Tab") {
      event.preventDefault();
      complete(found[current]);
    }
  }

  function submit(event) {
    event.preventDefault();
    const said = text.trim();
    if (!said) return;
    onSend(said);
    setText("");
    setCaret(0);
  }

  return (
    <form className="chat-write" onSubmit={submit}>
      {reply ? (
        <p className="chat-replying" data-testid="replying">
          <span className="chat-quote"><strong>{authorOf(reply, t)}</strong> {reply.text}</span>
          <button type="button" className="icon" id="chat-unreply" aria-label={t("chat.unreply")} onClick={onUnreply}>✕</button>
        </p>
      ) : null}
      {found.length ? (
        <ul className="chat-names" id="chat-names" role="listbox" aria-label={t("chat.names")}>
          {found.map((name, number) => (
            <li key={name} id={`chat-name-${number}`} role="option" aria-selected={number === current}
              onMouseDown={(event) => { event.preventDefault(); complete(name); }}>@{name}</li>
          ))}
        </ul>
      ) : null}
      <label className="visually-hidden" htmlFor="chat-text">{t("chat.placeholder")}</label>
      <input
        id="chat-text"
        className="input"
        ref={field}
        value={text}
        maxLength={500}
        autoComplete="off"
        enterKeyHint="send"
        placeholder={t("chat.placeholder")}
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={found.length > 0}
        aria-controls={found.length ? "chat-names" : undefined}
        aria-activedescendant={found.length ? `chat-name-${current}` : undefined}
        onChange={typed}
        onSelect={(event) => setCaret(event.target.selectionStart)}
        onKeyDown={pressed}
      />
      <button type="submit" id="chat-send" className="button chat-send" aria-label={t("chat.send")}>
        <svg viewBox="0 0 24 24" width="20" height="20" fill="currentColor" aria-hidden="true">
          <path d="M3 20.5v-6.6l9-1.9-9-1.9V3.5L22 12 3 20.5z" />
        </svg>
      </button>
    </form>
  );
}

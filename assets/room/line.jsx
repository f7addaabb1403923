// One line of the chat: who, what, in answer to whom; with links that lead away safely and names that are called.
import React from "react";

const PARTS = /(https?:\/\/[^\s<>"']+|@[\p{L}\p{N}_-]+)/u;
const TRAIL = /[.,!?;:)\]»]+$/;

export const authorOf = (line, t) => line.author || (line.host ? t("chat.host_name") : t("chat.guest"));
export const calls = (text, name) => Boolean(name) && text.toLowerCase().split(/[^\p{L}\p{N}_@-]+/u).includes(`@${name.toLowerCase()}`);

// Only http(s), opened apart, with nothing handed over: the page behind a guest's link is not ours.
function Address({ text }) {
  const trail = text.match(TRAIL)?.[0] ?? "";
  const bare = trail ? text.slice(0, -trail.length) : text;
  let url = null;
  try {
    url = new URL(bare);
  } catch {
    return text;
  }
  return (
    <>
      <a href={url.href} title={url.href} target="_blank" rel="noopener noreferrer nofollow ugc">{bare}</a>
      {trail}
    </>
  );
}

export function Rich({ text, isLinking, name = "" }) {
  return text.split(PARTS).map((part, number) => {
    if (number % 2 === 0) return part;
    if (part.startsWith("@")) {
      const isMe = name && part.slice(1).toLowerCase() === name.toLowerCase();
      return <span key={number} className="mention" data-me={isMe ? "" : undefined}>{part}</span>;
    }
    return isLinking ? <Address key={number} text={part} /> : part;
  });
}

export function Line({ line, isMine, isLinking, name, t, onReply, onLook, onAgain, onUnsay }) {
  const isWaiting = line.state !== undefined;
  return (
    <li
      className="chat-line"
      data-testid="chat-line"
      id={`line-${line.id}`}
      data-mine={isMine ? "" : undefined}
      data-host={line.host ? "" : undefined}
      data-simulated={line.simulated ? "" : undefined}
      data-called={!isMine && calls(line.text, name) ? "" : undefined}
      data-state={line.state}
    >
      <span className="chat-line-author">
        {authorOf(line, t)}
        {line.host ? <span className="chat-line-mark">{t("chat.host")}</span> : null}
        {line.simulated ? <span className="chat-line-mark">{t("chat.simulated")}</span> : null}
        {onReply && !isWaiting ? (
          <button type="button" className="chat-answer" aria-label={t("chat.reply_to", { name: authorOf(line, t) })}
            title={t("chat.reply")} onClick={() => onReply(line)}>
            <svg viewBox="0 0 24 24" width="16" height="16" fill="none" stroke="currentColor" strokeWidth="2" aria-hidden="true">
              <path d="M9 6 3.5 11.5 9 17M4 11.5h9a7 7 0 0 1 7 7" />
            </svg>
          </button>
        ) : null}
      </span>
      {line.reply ? <Quote reply={line.reply} t={t} onLook={onLook} /> : null}
      <span className="chat-line-text"><Rich text={line.text} isLinking={isLinking || line.host || line.simulated} name={name} /></span>
      {line.state === "sending" ? <span className="chat-line-fate">{t("chat.sending")}</span> : null}
      {line.state === "waiting" ? <span className="chat-line-fate">{t("chat.waiting")}</span> : null}
      {line.state === "failed" ? (
        <span className="chat-line-fate chat-line-failed">
          {t(`chat.error.${line.error}`)}
          <button type="button" className="link-button" onClick={() => onAgain(line)}>{t("chat.again")}</button>
          <button type="button" className="link-button" onClick={() => onUnsay(line)}>{t("chat.unsay")}</button>
        </span>
      ) : null}
    </li>
  );
}

function Quote({ reply, t, onLook }) {
  if (!reply.text) return <span className="chat-quote">{t("chat.quote_gone")}</span>;
  return (
    <button type="button" className="chat-quote" onClick={() => onLook?.(reply.id)} aria-label={t("chat.look", { name: authorOf(reply, t) })}>
      <strong>{authorOf(reply, t)}</strong> {reply.text}
    </button>
  );
}

// The poll on the screen: one answer, then the numbers. What it asks comes from the server when the host opens it.
import React, { useLayoutEffect, useRef, useState } from "react";

export function Poll({ poll, answered, error, isWaiting, language, t, onAnswer }) {
  const [chosen, setChosen] = useState(null);
  const text = (texts) => texts?.[language] ?? texts?.ru ?? Object.values(texts ?? {})[0] ?? "";
  const total = poll.options.reduce((sum, option) => sum + option.votes, 0);
  const isAsking = poll.open && !answered;
  const results = useRef(null);
  // Whoever answered by keyboard stands on the answers that took the buttons' place, and hears them.
  useLayoutEffect(() => {
    if (chosen !== null && !isAsking && document.activeElement === document.body) results.current.focus({ preventScroll: true });
  }, [isAsking]);
  return (
    <section className="offer poll" data-testid="poll" data-open={poll.open ? "" : undefined} aria-labelledby={`poll-${poll.id}`}>
      <header className="offer-head"><h2 id={`poll-${poll.id}`}>{text(poll.question)}</h2></header>
      <div className="poll-body">
        {isAsking ? (
          poll.options.map((option) => (
            <button key={option.id} type="button" className="button" data-testid="poll-option" aria-pressed={chosen === option.id}
              onClick={() => { setChosen(option.id); onAnswer(poll.id, option.id); }}>
              {text(option.text)}
            </button>
          ))
        ) : (
          <ul data-testid="poll-results" ref={results} tabIndex={-1} aria-labelledby={`poll-${poll.id}`}>
            {poll.options.map((option) => {
              const share = total ? option.votes / total : 0;
              return (
                <li key={option.id} style={{ "--share": share }} data-mine={answered === option.id ? "" : undefined}>
                  <span>{text(option.text)}</span><span className="timecode">{Math.round(share * 100)}%</span>
                </li>
              );
            })}
          </ul>
        )}
        {error ? <p className="error" role="alert">{t(`poll.error.${error}`)}</p> : null}
        {isWaiting ? <p className="faint" role="status">{t("side.waiting")}</p> : null}
        <p className="faint">{poll.open ? t("poll.votes", { count: total }) : t("poll.closed", { count: total })}</p>
      </div>
    </section>
  );
}

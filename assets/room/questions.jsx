// Questions to the host: what others ask, how many want to know it too, what was answered. One's own are marked.
import React, { useState } from "react";
import { Rich, authorOf } from "$/public/room/line.jsx";

const byWish = (one, other) => Boolean(one.answer) - Boolean(other.answer) || other.votes - one.votes || one.said - other.said;

export function Questions({ questions, asking, asked, voted, isOpen, isOnline, t, onAsk, onUnask, onVote }) {
  const sorted = [...questions].sort(byWish);
  return (
    <section className="questions" aria-label={t("questions.title")} data-testid="questions">
      <ol className="questions-list" tabIndex={0} aria-label={t("questions.list")}>
        {sorted.length + asking.length === 0 ? <li className="chat-empty">{isOpen ? t("questions.empty") : t("questions.none")}</li> : null}
        {sorted.map((question) => (
          <Question key={question.id} question={question} isMine={asked.includes(question.id)} isVoted={voted.includes(question.id)}
            isOpen={isOpen} t={t} onVote={onVote} />
        ))}
        {asking.map((one) => (
          <li key={one.id} className="question" data-testid="question" data-mine="" data-state={one.state}>
            <div className="question-words">
              <span className="question-text">{one.text}</span>
              {one.state === "failed" ? (
                <span className="chat-line-fate chat-line-failed">
                  {t(`questions.error.${one.error}`)}
                  <button type="button" className="link-button" onClick={() => onAsk(one.text, one.id)}>{t("chat.again")}</button>
                  <button type="button" className="link-button" onClick={() => onUnask(one.id)}>{t("chat.unsay")}</button>
                </span>
              ) : <span className="chat-line-fate">{isOnline ? t("chat.sending") : t("chat.waiting")}</span>}
            </div>
          </li>
        ))}
      </ol>
      {isOpen ? <Ask t={t} onAsk={onAsk} /> : <p className="chat-closed">{t("questions.closed")}</p>}
    </section>
  );
}

function Question({ question, isMine, isVoted, isOpen, t, onVote }) {
  const { answer } = question;
  return (
    <li className="question" data-testid="question" data-mine={isMine ? "" : undefined} data-answered={answer ? "" : undefined}>
      <button type="button" className="question-vote" data-testid="upvote" aria-pressed={isVoted} disabled={isMine || isVoted || !isOpen}
        aria-label={t("questions.vote", { count: question.votes, text: question.text })} onClick={() => onVote(question.id)}>
        <svg viewBox="0 0 24 24" width="16" height="16" fill="none" stroke="currentColor" strokeWidth="2.5" aria-hidden="true">
          <path d="M5 15l7-7 7 7" />
        </svg>
        <span>{question.votes}</span>
      </button>
      <div className="question-words">
        <span className="chat-line-author">{isMine ? t("questions.mine") : authorOf(question, t)}</span>
        <span className="question-text">{question.text}</span>
        {answer ? (
          <p className="question-answer" data-testid="question-answer">
            <strong>{answer.text ? t("questions.answer") : t("questions.on_air")}</strong> {answer.text ? <Rich text={answer.text} isLinking /> : null}
          </p>
        ) : null}
      </div>
    </li>
  );
}

function Ask({ t, onAsk }) {
  const [text, setText] = useState("");
  function submit(event) {
    event.preventDefault();
    if (!text.trim()) return;
    onAsk(text.trim());
    setText("");
  }
  return (
    <form className="chat-write" onSubmit={submit}>
      <label className="visually-hidden" htmlFor="question-text">{t("questions.placeholder")}</label>
      <input id="question-text" className="input" value={text} maxLength={300} autoComplete="off" enterKeyHint="send"
        placeholder={t("questions.placeholder")} onChange={(event) => setText(event.target.value)} />
      <button type="submit" id="question-send" className="button">{t("questions.ask")}</button>
    </form>
  );
}

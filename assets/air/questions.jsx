// The host's queue of questions: the most wanted first; answered in writing, on air, or taken off.
import React, { useState } from "react";

export function Questions({ questions, t, ask }) {
  const open = questions.filter((question) => !question.answer);
  return (
    <section className="panel air-part" aria-labelledby="air-questions">
      <h2 id="air-questions">{t("questions")} {open.length ? <span className="digits soft">{open.length}</span> : null}</h2>
      {questions.length === 0 ? <p className="soft">{t("questions_empty")}</p> : null}
      {questions.map((question) => <Question key={question.id} question={question} t={t} ask={ask} />)}
    </section>
  );
}

function Question({ question, t, ask }) {
  const [text, setText] = useState(null);
  const { answer } = question;
  const about = { question: question.id };
  function submit(event) {
    event.preventDefault();
    if (text.trim()) ask("answer", { ...about, text: text.trim() }).then((told) => told.ok && setText(null));
  }
  return (
    <div className="air-question" data-testid="air-question" data-answered={answer ? "" : undefined}>
      <p id={`asked-${question.id}`}>
        <span className="digits" title={t("questions_votes")}>▲ {question.votes}</span> <strong>{question.author || t("guest_name")}</strong>
        {question.shadow ? <span className="tag" data-kind="quiet">{t("mark.shadow")}</span> : null} {question.text}
      </p>
      {answer ? <p className="soft">{answer.text ? `${t("questions_answer")} ${answer.text}` : t("questions_on_air")}</p> : null}
      {text === null ? (
        <span className="air-deeds">
          {answer ? null : (
            <button type="button" className="link-button" aria-describedby={`asked-${question.id}`} onClick={() => ask("answer", about)}>{t("questions_mark")}</button>
          )}
          <button type="button" className="link-button" aria-describedby={`asked-${question.id}`} onClick={() => setText(answer?.text ?? "")}>{t("questions_write")}</button>
          <button type="button" className="link-button" aria-describedby={`asked-${question.id}`} onClick={() => ask("dismiss", about)}>{t("questions_dismiss")}</button>
        </span>
      ) : (
        <form className="air-new" onSubmit={submit}>
          <div className="field">
            <label htmlFor={`answer-${question.id}`}>{t("questions_text")}</label>
            <textarea id={`answer-${question.id}`} rows={2} maxLength={500} value={text} autoFocus onChange={(event) => setText(event.target.value)} />
          </div>
          <span className="actions">
            <button type="submit" className="button small" data-kind="primary">{t("send")}</button>
            <button type="button" className="button small" data-kind="quiet" onClick={() => setText(null)}>{t("cancel")}</button>
          </span>
        </form>
      )}
    </div>
  );
}

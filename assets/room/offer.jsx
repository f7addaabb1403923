// An offer on the screen: seen, clicked, its form filled in. What it says comes from the server when it is due.
import React, { useEffect, useRef, useState } from "react";
import { timecode } from "$/public/room/clock.js";

const SAID_WITHIN = 1000; // milliseconds
const SOON = 60; // seconds before the end that are called out

export function Offer({ offer, clock, fate, isSubmitted, isOnline, language, t, onFilling, onShown, onClicked, onForm }) {
  const [isOpen, setIsOpen] = useState(false);
  const [isFolded, setIsFolded] = useState(false);
  const box = useRef(null);
  const text = (texts) => texts?.[language] ?? texts?.ru ?? Object.values(texts ?? {})[0] ?? "";

  useEffect(() => {
    // A whole room sees an offer at once: each page waits a moment of its own before it says so (decision 0010).
    let timer;
    const seen = () => {
      clearTimeout(timer);
      timer = setTimeout(() => !document.hidden && onShown(offer.id), Math.random() * SAID_WITHIN);
    };
    seen();
    document.addEventListener("visibilitychange", seen);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", seen);
    };
  }, [offer.id]);

  // The form opens where one is, Escape puts it away: focus goes along both ways.
  useEffect(() => {
    if (isOpen) box.current?.querySelector(".offer-form input, .offer-form textarea")?.focus();
  }, [isOpen]);

  useEffect(() => onFilling(offer, isOpen), [isOpen]);

  function pressed(event) {
    if (event.key !== "Escape" || !isOpen || isSubmitted) return;
    setIsOpen(false);
    requestAnimationFrame(() => box.current?.querySelector(`#offer-open-${offer.id}`)?.focus());
  }

  function clicked() {
    onClicked(offer.id);
    setIsOpen(true);
    setIsFolded(false);
  }

  const link = offer.url ? (
    <a className="button" data-kind="primary" id={`offer-link-${offer.id}`} href={offer.url} target="_blank" rel="noopener noreferrer"
      onClick={() => offer.form || onClicked(offer.id)}>
      {offer.form ? t("offer.open_link") : text(offer.button)}
    </a>
  ) : null;

  return (
    <section className="offer" ref={box} onKeyDown={pressed} data-testid="offer" aria-labelledby={`offer-title-${offer.id}`} id={`offer-${offer.id}`} data-folded={isFolded ? "" : undefined}>
      <header className="offer-head">
        <h2 id={`offer-title-${offer.id}`}>{text(offer.title)}</h2>
        {offer.until ? <Countdown until={offer.until} clock={clock} t={t} /> : null}
        <button type="button" className="icon offer-fold" aria-expanded={!isFolded}
          aria-label={isFolded ? t("offer.unfold") : t("offer.fold")} onClick={() => setIsFolded(!isFolded)}>
          <svg viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" strokeWidth="2" aria-hidden="true">
            <path d={isFolded ? "M6 15l6-6 6 6" : "M6 9l6 6 6-6"} />
          </svg>
        </button>
      </header>
      {isFolded ? null : (
        <div className="offer-body">
          {text(offer.text) ? <p>{text(offer.text)}</p> : null}
          {isSubmitted ? (
            <>
              <p className="done" data-testid="offer-done" role="status">{t("offer.done")}</p>
              {link}
            </>
          ) : offer.form && isOpen ? (
            <>
              {offer.isLate ? <p className="faint" role="status" data-testid="offer-late">{t("offer.late")}</p> : null}
              <OfferForm id={offer.id} fields={offer.fields ?? ["contact", "comment"]} t={t} fate={fate} isOnline={isOnline} onSubmit={(answers) => onForm(offer.id, answers)} />
            </>
          ) : offer.form ? (
            <button type="button" className="button" data-kind="primary" id={`offer-open-${offer.id}`} data-testid="offer-open" onClick={clicked}>
              {text(offer.button)}
            </button>
          ) : (
            link
          )}
        </div>
      )}
    </section>
  );
}

// How long it still stands, by the server's clock. The server takes it away; the page only shows the time.
function Countdown({ until, clock, t }) {
  const [now, setNow] = useState(clock.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(clock.now()), 500);
    return () => clearInterval(timer);
  }, [until]);
  const left = Math.max(0, (until - now) / 1000);
  return (
    <span className="offer-left" data-testid="offer-left" data-soon={left < SOON ? "" : undefined} role="timer" aria-label={t("offer.left", { time: timecode(left) })}>
      <span className="timecode" aria-hidden="true">{timecode(left)}</span>
    </span>
  );
}

const KINDS = {
  name: { most: 120, autoComplete: "name" },
  contact: { most: 200, autoComplete: "tel" },
  comment: { most: 1000, isLong: true },
};

function OfferForm({ id, fields, t, fate, isOnline, onSubmit }) {
  const [answers, setAnswers] = useState({});
  const [isMissing, setIsMissing] = useState(false);
  const isSending = fate?.state === "sending";

  function submit(event) {
    event.preventDefault();
    if (isSending) return;
    const isEmpty = !fields.some((name) => answers[name]?.trim());
    setIsMissing(isEmpty);
    if (!isEmpty) onSubmit(answers);
  }

  return (
    <form className="offer-form" onSubmit={submit} noValidate>
      {fields.map((name) => {
        const { most, autoComplete, isLong } = KINDS[name];
        const Control = isLong ? "textarea" : "input";
        return (
          <div key={name} className="field" data-bad={isMissing ? "true" : undefined}>
            <label htmlFor={`offer-${id}-${name}`}>{t(`offer.${name}`)}</label>
            <Control id={`offer-${id}-${name}`} data-testid={`offer-${name}`} value={answers[name] ?? ""} maxLength={most} autoComplete={autoComplete}
              placeholder={name === "contact" ? t("offer.contact_hint") : undefined}
              onChange={(event) => setAnswers({ ...answers, [name]: event.target.value })} />
          </div>
        );
      })}
      {isMissing ? <p className="error" role="alert">{t("offer.error.empty")}</p> : null}
      {fate?.state === "failed" ? <p className="error" role="alert">{t(`offer.error.${fate.error}`)}</p> : null}
      {isSending && !isOnline ? <p className="faint" role="status">{t("side.waiting")}</p> : null}
      <button type="submit" data-testid="offer-submit" className="button" data-kind="primary" aria-disabled={isSending}>
        {isSending ? t("offer.sending") : t("offer.submit")}
      </button>
    </form>
  );
}

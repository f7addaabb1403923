// An offer on the screen: seen, clicked, its form filled in. What it says comes from the server when it is due.
import React, { useEffect, useState } from "react";

export function Offer({ offer, fate, isSubmitted, isOnline, language, t, onShown, onClicked, onForm }) {
  const [isOpen, setIsOpen] = useState(false);
  const [isFolded, setIsFolded] = useState(false);
  const text = (texts) => texts?.[language] ?? texts?.ru ?? Object.values(texts ?? {})[0] ?? "";

  useEffect(() => {
    const seen = () => !document.hidden && onShown(offer.id);
    seen();
    document.addEventListener("visibilitychange", seen);
    return () => document.removeEventListener("visibilitychange", seen);
  }, [offer.id]);

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
    <section className="offer" data-testid="offer" id={`offer-${offer.id}`} data-folded={isFolded ? "" : undefined}>
      <header className="offer-head">
        <h2>{text(offer.title)}</h2>
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
              <p className="done" id="offer-done" role="status">{t("offer.done")}</p>
              {link}
            </>
          ) : offer.form && isOpen ? (
            <OfferForm t={t} fate={fate} isOnline={isOnline} onSubmit={(answers) => onForm(offer.id, answers)} />
          ) : offer.form ? (
            <button type="button" className="button" data-kind="primary" id="offer-open" onClick={clicked}>
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

function OfferForm({ t, fate, isOnline, onSubmit }) {
  const [contact, setContact] = useState("");
  const [comment, setComment] = useState("");
  const [isMissing, setIsMissing] = useState(false);
  const isSending = fate?.state === "sending";

  function submit(event) {
    event.preventDefault();
    if (isSending) return;
    if (!contact.trim() && !comment.trim()) {
      setIsMissing(true);
      return;
    }
    setIsMissing(false);
    onSubmit({ contact, comment });
  }

  return (
    <form className="offer-form" onSubmit={submit} noValidate>
      <div className="field" data-bad={isMissing ? "true" : undefined}>
        <label htmlFor="offer-contact">{t("offer.contact")}</label>
        <input id="offer-contact" value={contact} maxLength={200} autoComplete="tel" placeholder={t("offer.contact_hint")}
          onChange={(event) => setContact(event.target.value)} />
      </div>
      <div className="field">
        <label htmlFor="offer-comment">{t("offer.comment")}</label>
        <textarea id="offer-comment" value={comment} maxLength={1000} onChange={(event) => setComment(event.target.value)} />
      </div>
      {isMissing ? <p className="error" role="alert">{t("offer.error.empty")}</p> : null}
      {fate?.state === "failed" ? <p className="error" role="alert">{t(`offer.error.${fate.error}`)}</p> : null}
      {isSending && !isOnline ? <p className="faint" role="status">{t("side.waiting")}</p> : null}
      <button type="submit" id="offer-submit" className="button" data-kind="primary" aria-disabled={isSending}>
        {isSending ? t("offer.sending") : t("offer.submit")}
      </button>
    </form>
  );
}

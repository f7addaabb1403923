// What stands where the picture will be, or was: waiting, over, cancelled, refused, seat taken elsewhere.
import React, { useEffect, useState } from "react";
import { SoundCheck } from "$/public/room/soundcheck.jsx";
import backdrop from "$/public/room/backdrop.svg";
import { localTime, offsetName } from "$/public/clock/time.js";
import { timecode } from "$/public/room/clock.js";

const moment = (at, language) => `${localTime(new Date(at), language)} ${offsetName(new Date(at), language)}`;

export function Curtain({ name, title, text, children, isBusy }) {
  return (
    <div className="curtain" data-tone="studio" data-testid={`curtain-${name}`} role={isBusy ? "status" : undefined}>
      <img className="backdrop" src={backdrop} alt="" />
      <div className="curtain-inner">
        {title ? <h2>{title}</h2> : null}
        {text ? <p>{text}</p> : null}
        {children}
      </div>
    </div>
  );
}

// The bot's address for whoever has no chat linked yet; nothing while it is not known or there is none.
function Notify({ session, t }) {
  const [url, setUrl] = useState("");
  useEffect(() => {
    let isHere = true;
    fetch(`/api/v1/rooms/${session}/telegram`, { method: "POST" })
      .then((answer) => (answer.ok ? answer.json() : { url: "" }))
      .then((told) => isHere && setUrl(told.url || ""))
      .catch(() => isHere && setUrl(""));
    return () => { isHere = false; };
  }, [session]);
  if (!url) return null;
  return (
    <div className="curtain-actions">
      <a className="button" id="notify-telegram" href={url} target="_blank" rel="noreferrer">{t("lobby.telegram")}</a>
    </div>
  );
}

export function Waiting({ stage, clock, language, t, session }) {
  const [now, setNow] = useState(clock.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(clock.now()), 250);
    return () => clearInterval(timer);
  }, []);
  const left = (stage.starts_at - now) / 1000;
  const when = moment(stage.starts_at, language);
  const days = Math.floor(left / 86400);
  return (
    <Curtain name="lobby">
      <p className="curtain-label">{left > 0 ? t("lobby.starts_in") : stage.mode === "live" ? t("lobby.host_soon") : t("lobby.now")}</p>
      {left > 0 ? (
        <p className="curtain-clock timecode" data-testid="countdown" role="timer">
          {days > 0 ? <span className="curtain-days">{t("lobby.days", { count: days })}</span> : null}
          <span>{timecode(left % 86400)}</span>
        </p>
      ) : null}
      <p className="curtain-when">{when}</p>
      <p className="curtain-hint">{t("lobby.hint")} {stage.chat ? t("lobby.chat_open") : t("lobby.chat_closed")}</p>
      <SoundCheck t={t} />
      <Notify session={session} t={t} />
    </Curtain>
  );
}

export function Over({ stage, language, t }) {
  const next = stage.next ? moment(stage.next.starts_at, language) : null;
  const isCancelled = stage.phase === "cancelled";
  return (
    <Curtain name={stage.phase} title={isCancelled ? t("cancelled.title") : t("over.title")}
      text={isCancelled ? t("cancelled.text") : stage.replay ? t("over.text_replay") : t("over.text")}>
      <div className="curtain-actions">
        {stage.replay ? <a className="button" data-kind="primary" id="to-replay" href={stage.replay}>{t("over.replay")}</a> : null}
        {next ? <a className="button" id="to-next" href={stage.landing}>{t("over.next", { when: next })}</a> : null}
        {!next && isCancelled ? <a className="button" id="to-landing" href={stage.landing}>{t("over.landing")}</a> : null}
      </div>
    </Curtain>
  );
}

const REFUSALS = ["no_seat", "unknown", "not_yet", "none", "expired", "foreign_origin", "banned"];
export const refusalOf = (answer) => (REFUSALS.includes(answer.error) ? answer.error : "unknown");

export function Refused({ answer, use, session, t }) {
  const code = refusalOf(answer);
  return (
    <Curtain name={`refused-${code}`} title={t(`refused.${code}.title`)} text={t(`refused.${code}.text`)}>
      <div className="curtain-actions">
        {code === "not_yet" && use === "replay" ? <a className="button" data-kind="primary" id="to-room" href={`/room/${session}`}>{t("refused.to_room")}</a> : null}
        {answer.landing ? <a className="button" id="to-landing" href={answer.landing}>{t("over.landing")}</a> : null}
      </div>
    </Curtain>
  );
}

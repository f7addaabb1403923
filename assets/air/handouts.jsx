// The webinar's files: shown in the room by a click, and taken off again.
import React from "react";

export function Handouts({ handouts, t, ask }) {
  return (
    <section className="panel air-part" aria-labelledby="air-handouts">
      <h2 id="air-handouts">{t("handouts")}</h2>
      {handouts.length === 0 ? <p className="soft">{t("handouts_empty")}</p> : null}
      {handouts.map((one) => (
        <div key={one.id} className="air-row" data-testid="air-handout">
          <span id={`handout-${one.id}`}>{one.title}</span>
          <button type="button" className="button small" data-kind={one.shown ? "" : "primary"} aria-describedby={`handout-${one.id}`}
            onClick={() => ask(one.shown ? "handout_hide" : "handout_show", { handout: one.id })}>
            {one.shown ? t("hide") : t("launch")}
          </button>
        </div>
      ))}
    </section>
  );
}

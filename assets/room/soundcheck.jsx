// A short tone in the waiting room: one hears before the start whether one will hear. The touch also lets the show begin
// with sound: browsers ask for one.
import React, { useRef, useState } from "react";

const TONES = [[440, 0], [554.37, 0.28], [659.25, 0.56]]; // Hz, seconds from now
const LENGTH = 0.24;

async function play(context) {
  await context.resume();
  for (const [pitch, after] of TONES) {
    const start = context.currentTime + after;
    const tone = context.createOscillator();
    const loudness = context.createGain();
    tone.frequency.value = pitch;
    loudness.gain.setValueAtTime(0, start);
    loudness.gain.linearRampToValueAtTime(0.2, start + 0.03);
    loudness.gain.linearRampToValueAtTime(0, start + LENGTH);
    tone.connect(loudness).connect(context.destination);
    tone.start(start);
    tone.stop(start + LENGTH);
  }
}

export function SoundCheck({ t }) {
  const context = useRef(null);
  const [state, setState] = useState("untried"); // untried, asked, heard, silent
  function check() {
    const Context = window.AudioContext ?? window.webkitAudioContext;
    if (!Context) {
      setState("silent");
      return;
    }
    context.current ??= new Context();
    play(context.current).then(() => setState("asked"), () => setState("silent"));
  }
  if (state === "heard") return <p className="sound-check" data-testid="sound-heard" role="status">{t("sound.heard")}</p>;
  return (
    <div className="sound-check" data-testid="sound-check">
      {state === "asked" ? (
        <>
          <p role="status">{t("sound.question")}</p>
          <button type="button" className="button small" id="sound-yes" onClick={() => setState("heard")}>{t("sound.yes")}</button>
          <button type="button" className="button small" data-kind="quiet" id="sound-no" onClick={() => setState("silent")}>{t("sound.no")}</button>
        </>
      ) : (
        <>
          {state === "silent" ? <p role="status" data-testid="sound-silent">{t("sound.silent")}</p> : null}
          <button type="button" className="button small" data-kind="quiet" id="sound-play" onClick={check}>
            {state === "silent" ? t("sound.again") : t("sound.check")}
          </button>
        </>
      )}
    </div>
  );
}

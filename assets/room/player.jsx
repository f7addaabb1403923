// The picture: a file, an HLS stream or a YouTube embed, kept at the server's position. No seeking, no pausing on air.
import React, { forwardRef, useEffect, useImperativeHandle, useRef, useState } from "react";
import { useFile } from "$/public/room/file.js";
import { useYouTube } from "$/public/room/youtube.js";

const MAX_DRIFT = 1; // seconds; beyond it we jump, below it we nudge the speed
const NUDGE_FROM = 0.25;
const CHECK_MS = 1000;

export const Player = forwardRef(function Player({ media, zero, clock, isFree, t, onPlaying }, ref) {
  const box = useRef(null);
  const screen = media.kind === "youtube" ? useYouTube : useFile;
  const player = screen(media, isFree);
  const [gate, setGate] = useState("none"); // none | sound (playing muted) | start (nothing plays until a tap)
  const [volume, setVolume] = useState(1);
  const [captions, setCaptions] = useState(null); // null: there are none
  const [isWaiting, setIsWaiting] = useState(false);

  const target = () => (zero === null ? null : (clock.now() - zero) / 1000);

  useImperativeHandle(ref, () => ({
    position: () => player.position(),
    isPlaying: () => player.isPlaying(),
  }));

  // Browsers let sound start only after a touch: try with sound, then muted, then ask for a tap.
  async function begin() {
    if (isFree) return;
    try {
      await player.play(false);
      setGate("none");
    } catch {
      try {
        await player.play(true);
        setGate("sound");
      } catch {
        setGate("start");
      }
    }
  }

  async function tapped() {
    player.setVolume(volume || 1);
    try {
      await player.play(false);
      setGate("none");
    } catch {
      setGate("start");
    }
  }

  useEffect(() => {
    const stop = player.attach(box.current, {
      ready: () => {
        const now = target();
        if (!isFree && now !== null && player.canSeek()) player.seek(now);
        begin();
        setCaptions(player.hasCaptions() ? false : null);
      },
      playing: (isPlaying) => onPlaying?.(isPlaying),
      waiting: setIsWaiting,
    });
    return stop;
  }, [media.kind, media.url, media.id]);

  useEffect(() => {
    if (isFree || zero === null) return undefined;
    const keep = () => {
      if (!player.isReady() || player.isEnded() || !player.canSeek()) return;
      if (player.isPaused() && gate !== "start" && !document.hidden) player.play(gate === "sound").catch(() => {});
      const drift = target() - player.position();
      if (Math.abs(drift) > MAX_DRIFT) {
        player.seek(target());
        player.setRate(1);
      } else player.setRate(Math.abs(drift) > NUDGE_FROM ? 1 + Math.sign(drift) * 0.04 : 1);
    };
    const timer = setInterval(keep, CHECK_MS);
    const back = () => !document.hidden && keep();
    document.addEventListener("visibilitychange", back);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", back);
    };
  }, [zero, gate, isFree, media.kind, media.url, media.id]);

  function changeVolume(value) {
    setVolume(value);
    player.setVolume(value);
    if (value > 0 && gate === "sound") tapped();
  }

  function fullscreen() {
    const whole = box.current?.closest(".screen");
    if (document.fullscreenElement) document.exitFullscreen();
    else if (whole?.requestFullscreen) whole.requestFullscreen();
    else player.nativeFullscreen?.();
  }

  return (
    <div className="screen" data-testid="screen" data-kind={media.kind} onContextMenu={(event) => event.preventDefault()}>
      <div className="screen-box" ref={box} />
      {isWaiting && gate === "none" ? <div className="screen-wait" role="status">{t("player.buffering")}</div> : null}
      {gate === "sound" ? (
        <button type="button" className="screen-gate gate-sound" id="unmute" onClick={tapped}>
          <span>{t("player.unmute")}</span>
        </button>
      ) : null}
      {gate === "start" ? (
        <button type="button" className="screen-gate gate-start" id="start-playing" onClick={tapped}>
          <span>{t("player.start")}</span>
        </button>
      ) : null}
      {isFree && media.kind !== "youtube" ? null : (
        <div className="screen-controls">
          <label className="volume">
            <span className="visually-hidden">{t("player.volume")}</span>
            <button
              type="button"
              className="icon"
              id="mute"
              aria-label={volume > 0 && gate !== "sound" ? t("player.mute") : t("player.unmute")}
              onClick={() => (gate === "sound" ? tapped() : changeVolume(volume > 0 ? 0 : 1))}
            >
              <SpeakerIcon isOn={volume > 0 && gate !== "sound"} />
            </button>
            <input
              type="range"
              min="0"
              max="1"
              step="0.05"
              id="volume"
              value={gate === "sound" ? 0 : volume}
              onChange={(event) => changeVolume(Number(event.target.value))}
            />
          </label>
          <span className="spring" />
          {captions === null ? null : (
            <button
              type="button"
              className="icon"
              id="captions"
              aria-pressed={captions}
              aria-label={t("player.captions")}
              onClick={() => {
                player.setCaptions(!captions);
                setCaptions(!captions);
              }}
            >
              CC
            </button>
          )}
          <button type="button" className="icon" id="fullscreen" aria-label={t("player.fullscreen")} onClick={fullscreen}>
            <FullscreenIcon />
          </button>
        </div>
      )}
    </div>
  );
});

function SpeakerIcon({ isOn }) {
  return (
    <svg viewBox="0 0 24 24" width="22" height="22" fill="none" stroke="currentColor" strokeWidth="2" aria-hidden="true">
      <path d="M4 9v6h4l5 4V5L8 9H4z" fill="currentColor" stroke="none" />
      {isOn ? <path d="M16 8.5a5 5 0 0 1 0 7M18.5 6a8.5 8.5 0 0 1 0 12" /> : <path d="M16.5 9.5l5 5m0-5l-5 5" />}
    </svg>
  );
}

function FullscreenIcon() {
  return (
    <svg viewBox="0 0 24 24" width="22" height="22" fill="none" stroke="currentColor" strokeWidth="2" aria-hidden="true">
      <path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5" />
    </svg>
  );
}

// The picture: a file, a stream or an embed, kept at the server's position. On air nobody seeks; who may pause comes back to now.
import React, { forwardRef, useEffect, useImperativeHandle, useMemo, useRef, useState } from "react";
import backdrop from "$/public/room/backdrop.svg";
import { Controls } from "$/public/room/controls.jsx";
import { Keeper } from "$/public/room/keeping.js";
import { presentMedia } from "$/public/room/mediakeys.js";
import { screenOf } from "$/public/room/screens.js";

const CHECK_MS = 1000;

// Give each media.key a component of its own (`key`): a screen never changes what it shows.
export const Player = forwardRef(function Player({ media, zero, clock, isFree, mayPause, name, host, renew, t, onPlaying }, ref) {
  const box = useRef(null);
  const target = () => (isFree || zero === null ? null : (clock.now() - zero) / 1000);
  const player = useMemo(() => screenOf(media, { isFree, renew, startAt: target }), []);
  const keeper = useRef(new Keeper()).current;
  const [gate, setGate] = useState("none"); // none | sound (playing muted) | start (nothing plays until a tap)
  const [isHeld, setIsHeld] = useState(false);
  const [volume, setVolume] = useState(1);
  const [captions, setCaptions] = useState(null); // null: there are none
  const [levels, setLevels] = useState([]);
  const [level, setLevel] = useState(-1);
  const [isWaiting, setIsWaiting] = useState(false);
  const [isLost, setIsLost] = useState(false);
  const [hasPicture, setHasPicture] = useState(player.needsOwnTap); // embeds show a picture of their own
  const isTrying = useRef(false);
  const told = useRef(onPlaying);
  told.current = onPlaying;

  useImperativeHandle(ref, () => ({
    position: () => player.position(),
    isPlaying: () => player.isPlaying(),
  }));

  // Browsers let sound start only after a touch: try with sound, then muted, then ask for a tap.
  async function begin() {
    if (isFree || isTrying.current) return;
    isTrying.current = true;
    for (const [isMuted, next] of [[false, "none"], [true, "sound"]]) {
      try {
        await player.play(isMuted);
        setGate(next);
        isTrying.current = false;
        return;
      } catch (refusal) {
        if (refusal?.name === "AbortError") break; // the source was loaded anew meanwhile, and begins by itself
        if (isMuted) setGate("start");
      }
    }
    isTrying.current = false;
  }

  async function tapped() {
    player.setVolume(volume || 1);
    try {
      await player.play(false);
      setGate("none");
      keeper.reset();
    } catch {
      setGate("start");
    }
  }

  // A call, the system or another application paused what is on air: it goes on as soon as it may.
  async function goOn() {
    if (isTrying.current || gate === "start" || isHeld || document.hidden) return;
    isTrying.current = true;
    try {
      await player.play(gate === "sound");
    } catch (refusal) {
      if (refusal?.name === "NotAllowedError") setGate("start");
    }
    isTrying.current = false;
  }

  useEffect(
    () =>
      player.attach(box.current, {
        ready: () => {
          const now = target();
          if (now !== null && player.canSeek()) player.seek(now);
          begin();
        },
        playing: (isPlaying) => {
          if (isPlaying) setHasPicture(true);
          if (isPlaying && player.needsOwnTap) setGate((before) => (before === "start" ? "none" : before));
          told.current?.(isPlaying);
        },
        waiting: setIsWaiting,
        trouble: setIsLost,
        changed: () => {
          setCaptions((before) => (player.hasCaptions() ? before ?? false : null));
          setLevels(player.levels());
        },
      }),
    [],
  );

  useEffect(() => player.setLocked(!isFree && gate !== "start"), [gate, isFree]);

  useEffect(() => {
    if (isFree || zero === null) return undefined;
    const keep = () => {
      if (player.isReady() && !player.isEnded() && player.isPaused()) goOn();
      if (!isHeld) keeper.step(player, target(), performance.now());
    };
    const timer = setInterval(keep, CHECK_MS);
    const back = () => !document.hidden && keep();
    document.addEventListener("visibilitychange", back);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", back);
    };
  }, [zero, gate, isFree, isHeld]);

  const hold = () => {
    setIsHeld(true);
    player.pause();
  };
  const release = () => {
    setIsHeld(false);
    keeper.reset();
    if (player.canSeek()) player.seek(target() + keeper.lead);
    else player.toLive();
    tapped();
  };

  useEffect(() => {
    const keys = isFree ? null : mayPause ? { play: release, pause: hold } : {};
    return presentMedia({ title: name, artist: host }, keys);
  }, [name, host, isFree, mayPause, volume]);

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

  const isMuted = volume === 0 || gate === "sound";
  return (
    <div className="screen" data-tone="studio" data-testid="screen" data-kind={media.kind} onContextMenu={(event) => event.preventDefault()}>
      <div className="screen-box" ref={box} />
      {hasPicture || isFree ? null : (
        <div className="screen-title" data-testid="screen-title">
          <img className="backdrop" src={backdrop} alt="" />
          <p className="screen-name">{name}</p>
          {host ? <p>{host}</p> : null}
        </div>
      )}
      {isLost ? <p className="screen-lost" role="status" data-testid="video-lost">{t("player.lost")}</p> : null}
      {isWaiting && !isLost && gate === "none" && !isHeld ? <div className="screen-wait" role="status">{t("player.buffering")}</div> : null}
      {isHeld ? (
        <button type="button" className="screen-gate" id="resume" onClick={release}>
          <span>{t("player.play")}</span>
          <small>{t("player.paused")}</small>
        </button>
      ) : null}
      {gate === "sound" && !isHeld ? (
        <button type="button" className="screen-gate gate-sound" id="unmute" onClick={tapped}>
          <span>{t("player.unmute")}</span>
        </button>
      ) : null}
      {gate === "start" && !isHeld && player.needsOwnTap ? (
        <p className="screen-tap" role="status" data-testid="tap-video">{t("player.tap_video")}</p>
      ) : null}
      {gate === "start" && !isHeld && !player.needsOwnTap ? (
        <button type="button" className="screen-gate" id="start-playing" onClick={tapped}>
          <span>{t("player.start")}</span>
        </button>
      ) : null}
      {isFree || (gate === "start" && player.needsOwnTap) ? null : (
        <Controls t={t} volume={gate === "sound" ? 0 : volume} isMuted={isMuted} onVolume={changeVolume}
          onMute={() => (gate === "sound" ? tapped() : changeVolume(volume > 0 ? 0 : 1))}
          captions={captions}
          onCaptions={() => {
            player.setCaptions(!captions);
            setCaptions(!captions);
          }}
          levels={levels} level={level}
          onLevel={(id) => {
            player.setLevel(id);
            setLevel(id);
          }}
          hold={mayPause ? { isHeld, toggle: isHeld ? release : hold } : null}
          onFullscreen={fullscreen} />
      )}
    </div>
  );
});

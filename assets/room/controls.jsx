// The bar under the picture: pause where it is allowed, sound, captions, quality, the whole screen.
import React from "react";

export function Controls({ t, volume, isMuted, onVolume, onMute, captions, onCaptions, levels, level, onLevel, hold, onFullscreen }) {
  return (
    <div className="screen-controls">
      {hold ? (
        <button type="button" className="icon" id="hold" aria-label={hold.isHeld ? t("player.play") : t("player.pause")} onClick={hold.toggle}>
          <Icon path={hold.isHeld ? "M8 5l11 7-11 7z" : "M7 5h3v14H7zM14 5h3v14h-3z"} isFilled />
        </button>
      ) : null}
      <label className="volume">
        <span className="visually-hidden">{t("player.volume")}</span>
        <button type="button" className="icon" id="mute" aria-label={isMuted ? t("player.unmute") : t("player.mute")} onClick={onMute}>
          <SpeakerIcon isOn={!isMuted} />
        </button>
        <input type="range" min="0" max="1" step="0.05" id="volume" value={volume} onChange={(event) => onVolume(Number(event.target.value))} />
      </label>
      <span className="spring" />
      {captions === null ? null : (
        <button type="button" className="icon" id="captions" aria-pressed={captions} aria-label={t("player.captions")} onClick={onCaptions}>
          CC
        </button>
      )}
      {levels.length ? (
        <label className="quality">
          <span className="visually-hidden">{t("player.quality")}</span>
          <select id="quality" value={level} onChange={(event) => onLevel(Number(event.target.value))}>
            <option value={-1}>{t("player.quality_auto")}</option>
            {levels.map((one) => (
              <option key={one.id} value={one.id}>{one.height ? `${one.height}p` : `${Math.round(one.rate / 1000)}k`}</option>
            ))}
          </select>
        </label>
      ) : null}
      <button type="button" className="icon" id="fullscreen" aria-label={t("player.fullscreen")} onClick={onFullscreen}>
        <Icon path="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5" />
      </button>
    </div>
  );
}

function Icon({ path, isFilled }) {
  return (
    <svg viewBox="0 0 24 24" width="22" height="22" fill={isFilled ? "currentColor" : "none"} stroke={isFilled ? "none" : "currentColor"}
      strokeWidth="2" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}

function SpeakerIcon({ isOn }) {
  return (
    <svg viewBox="0 0 24 24" width="22" height="22" fill="none" stroke="currentColor" strokeWidth="2" aria-hidden="true">
      <path d="M4 9v6h4l5 4V5L8 9H4z" fill="currentColor" stroke="none" />
      {isOn ? <path d="M16 8.5a5 5 0 0 1 0 7M18.5 6a8.5 8.5 0 0 1 0 12" /> : <path d="M16.5 9.5l5 5m0-5l-5 5" />}
    </svg>
  );
}

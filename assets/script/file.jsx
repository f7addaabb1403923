// A script from a file: chosen, sent as it is, answered row by row. What was not taken can be saved as a file to mend.
import React, { useRef, useState } from "react";

const SHOWN = 20;

export default function ScriptFile({ webinar, isHeld, language = "ru", texts, onTaken }) {
  const input = useRef(null);
  const [mode, setMode] = useState("replace");
  const [isBusy, setIsBusy] = useState(false);
  const [result, setResult] = useState(null);
  const t = (key, values = {}) =>
    (texts[language]?.[`studio.script.${key}`] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

  async function send(event) {
    event.preventDefault();
    const file = input.current?.files?.[0];
    if (!file) {
      setResult({ error: "no_file" });
      return;
    }
    setIsBusy(true);
    setResult(null);
    const query = new URLSearchParams({ mode, name: file.name });
    try {
      const answer = await fetch(`/staff/webinars/${webinar}/script?${query}`, { method: "POST", body: file });
      const told = await answer.json();
      setResult(told);
      if (told.revision) {
        event.target.reset?.();
        onTaken();
      }
    } catch {
      setResult({ error: "away" });
    }
    setIsBusy(false);
  }

  function saveBad() {
    const quoted = (cell) => `"${String(cell).replaceAll('"', '""')}"`;
    const lines = result.bad.map((row) => [row.row, t(`row.${row.code}`), ...row.cells].map(quoted).join(","));
    const head = [t("row_number"), t("reason")].map(quoted).join(",");
    const blob = new Blob(["\ufeff", [head, ...lines].join("\r\n")], { type: "text/csv" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = "script-errors.csv";
    link.click();
    URL.revokeObjectURL(link.href);
  }

  return (
    <div className="script-file">
      <form className="inline-form" onSubmit={send}>
        <div className="field">
          <label htmlFor="script-file">{t("file")}</label>
          <input id="script-file" type="file" accept=".csv,.txt,.json,text/csv,application/json" ref={input} disabled={isHeld || isBusy} />
        </div>
        <div className="field">
          <label htmlFor="script-mode">{t("mode")}</label>
          <select id="script-mode" value={mode} onChange={(event) => setMode(event.target.value)} disabled={isHeld || isBusy}>
            <option value="replace">{t("mode_replace")}</option>
            <option value="add">{t("mode_add")}</option>
          </select>
        </div>
        <button type="submit" className="button" id="send-script" disabled={isHeld || isBusy}>{isBusy ? t("sending") : t("send")}</button>
      </form>
      {isHeld ? <p className="soft">{t("held")}</p> : null}
      {result?.error ? <p className="banner" data-kind="bad" role="alert" data-testid="script-file-error">{t(`refused.${result.error}`)}</p> : null}
      {result && !result.error ? (
        <div role="status" data-testid="script-file-result">
          <p className="banner" data-kind={result.bad.length ? "warn" : "good"}>
            {t("taken", { taken: result.taken, bad: result.bad.length })}
          </p>
          {result.bad.length ? (
            <>
              <ul className="script-bad">
                {result.bad.slice(0, SHOWN).map((row) => (
                  <li key={row.row}><strong>{t("row_number")} {row.row}</strong> {t(`row.${row.code}`)} <span className="soft">{row.cells.join(" · ").slice(0, 120)}</span></li>
                ))}
              </ul>
              <button type="button" className="button small" id="save-bad" onClick={saveBad}>{t("save_bad", { count: result.bad.length })}</button>
            </>
          ) : null}
        </div>
      ) : null}
    </div>
  );
}

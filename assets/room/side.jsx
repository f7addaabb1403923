// What stands beside the picture: the chat and, where there are any, its neighbours, one at a time.
import React, { useRef, useState } from "react";

// tabs: [{ id, label, badge, body }]; the first one is open at first. All stay mounted: nothing half-written is lost.
export function Side({ tabs, present, foot, t }) {
  const [wanted, setWanted] = useState(tabs[0].id);
  const row = useRef(null);
  const open = tabs.some((tab) => tab.id === wanted) ? wanted : tabs[0].id;

  function pressed(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = tabs[(tabs.findIndex((tab) => tab.id === open) + step + tabs.length) % tabs.length];
    setWanted(next.id);
    row.current?.querySelector(`#tab-${next.id}`)?.focus();
  }

  return (
    <aside className="side" aria-label={t("side.label")}>
      <header className="side-head">
        {tabs.length === 1 ? <h2>{tabs[0].label}</h2> : (
          <div className="side-tabs" role="tablist" aria-label={t("side.label")} ref={row} onKeyDown={pressed}>
            {tabs.map((tab) => (
              <button key={tab.id} type="button" role="tab" id={`tab-${tab.id}`} aria-selected={tab.id === open} aria-controls={`panel-${tab.id}`}
                tabIndex={tab.id === open ? 0 : -1} onClick={() => setWanted(tab.id)}>
                {tab.label}
                {tab.badge ? <span className="side-badge">{tab.badge}</span> : null}
              </button>
            ))}
          </div>
        )}
        {present === null ? null : (
          <span className="present" data-testid="present" title={t("chat.present_title")}>
            <svg viewBox="0 0 24 24" width="14" height="14" fill="currentColor" aria-hidden="true">
              <path d="M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zm0 2c-4 0-8 2-8 5v1h16v-1c0-3-4-5-8-5z" />
            </svg>
            <span className="visually-hidden">{t("chat.present", { count: present })}</span>
            <span aria-hidden="true">{present}</span>
          </span>
        )}
      </header>
      {tabs.map((tab) => (
        <div key={tab.id} className="side-panel" id={`panel-${tab.id}`} hidden={tab.id !== open}
          {...(tabs.length > 1 ? { role: "tabpanel", "aria-labelledby": `tab-${tab.id}` } : {})}>
          {tab.body}
        </div>
      ))}
      {foot}
    </aside>
  );
}

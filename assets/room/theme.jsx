// The button that changes light and dark: its markup only. What it does is in theme.js, as on every page of the house.
import React from "react";

export function ThemeSwitch({ texts }) {
  return (
    <button type="button" className="theme-switch" id="theme" data-theme-switch="">
      <span aria-live="polite">
        {["auto", "light", "dark"].map((name) => (
          <span key={name} className="theme-name" data-name={name}>{texts[`theme.${name}`]}</span>
        ))}
      </span>
    </button>
  );
}

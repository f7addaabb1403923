// Light, dark, or as the system says: one choice for the whole house, kept in a cookie. Every page loads this in its head,
// not deferred, so that the first paint is already right. The colours are tokens in efir.css; the button is any element
// with data-theme-switch (app/shared/theme.py), so pages need no script of their own for it.
(() => {
  const root = document.documentElement;
  const CHOICES = ["auto", "light", "dark"];
  const YEAR_SECONDS = 31536000;
  const kept = () => document.cookie.match(/(?:^|; )efir_theme=(light|dark)/)?.[1] ?? "auto";
  const frames = [...document.querySelectorAll('meta[name="theme-color"]')];
  const shades = Object.fromEntries(frames.map((meta) => [meta.media.includes("dark") ? "dark" : "light", meta.content]));
  let worn;

  function wear(choice) {
    worn = choice;
    if (choice === "auto") delete root.dataset.theme;
    else root.dataset.theme = choice;
    for (const meta of frames) meta.content = shades[choice === "auto" ? (meta.media.includes("dark") ? "dark" : "light") : choice];
  }

  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-theme-switch]")) return;
    wear(CHOICES[(CHOICES.indexOf(worn) + 1) % CHOICES.length]);
    const safe = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `efir_theme=${worn}; path=/; max-age=${YEAR_SECONDS}; samesite=lax${safe}`;
  });
  // A page taken out of the browser's memory, after the choice was changed on the next one.
  window.addEventListener("pageshow", (event) => event.persisted && wear(kept()));
  wear(kept());
})();

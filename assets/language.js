// Pages are built in Russian and become English when their State arrives. Whoever is certainly going to read English sees
// nothing of the first (efir.css hides a page in the other language); a server that does not answer is not waited for.
(() => {
  const PATIENCE_MS = 3000;
  const root = document.documentElement;
  const spoken = (code) => ["ru", "en"].includes(code);
  const wishes = [
    new URLSearchParams(location.search).get("lang"),
    document.cookie.match(/(?:^|; )efir_lang=(ru|en)/)?.[1],
    ...navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()),
  ];
  if (wishes.find(spoken) !== "en") return;
  root.dataset.awaits = "en";
  const show = () => delete root.dataset.awaits;
  setTimeout(show, PATIENCE_MS);
  document.addEventListener("click", show, { capture: true, once: true }); // what was pressed is seen, and may be «Рус»
})();

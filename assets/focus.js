// Who uses a keyboard stays where they were when the server's answer takes away what they stood on: on the same control if
// it is there again, else on the one that took its place. Whoever points with a mouse or a finger is left alone.
(() => {
  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  let isByKey = true; // what reads the page aloud presses buttons without a key or a pointer
  let stood = null; // the control, where it was, and on which page
  let substitute = null; // what has the focus until that control is there again

  const page = () => location.pathname.replace(/\/$/, ""); // a form may write the same address without its last slash
  const isUsable = (one) => Boolean(one?.isConnected && !one.disabled && one.checkVisibility({ visibilityProperty: true }));
  const controlsOf = (part) => [...part.querySelectorAll(CONTROLS)].filter((one) => isUsable(one) && one.tabIndex >= 0);

  function remember(one) {
    const around = []; // each part of the page it is in, and how many controls there come before its own branch
    for (let branch = one; branch.id !== "main" && branch.parentElement; branch = branch.parentElement) {
      const part = branch.parentElement;
      const comes = (other) => branch.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_PRECEDING;
      around.push({ part, before: controlsOf(part).filter(comes).length });
    }
    return { one, around, page: page() };
  }

  function nearest() {
    for (const { part, before } of stood.around) {
      const controls = part.isConnected ? controlsOf(part) : [];
      const near = [...controls.slice(before), ...controls.slice(0, before).reverse()];
      const safe = near.find((one) => one.dataset.kind !== "danger"); // a key held down must not say yes to the last question
      if (safe) return safe;
    }
    return document.getElementById("main");
  }

  function mend() {
    const active = document.activeElement;
    const isLost = active === document.body || active?.disabled;
    if (!stood || !isByKey || stood.page !== page() || (!isLost && active !== substitute)) return;
    if (isLost && !substitute && isUsable(stood.one)) return; // left by choice
    const again = [stood.one, stood.one.id && document.getElementById(stood.one.id)].find(isUsable);
    if (again) substitute = null;
    else if (isLost) substitute = nearest();
    else return;
    (again ?? substitute)?.focus({ preventScroll: true });
  }

  document.addEventListener("focusin", ({ target }) => {
    if (target === substitute) return;
    substitute = null;
    stood = remember(target);
  });
  document.addEventListener("pointerdown", () => (isByKey = false), true);
  document.addEventListener(
    "keydown",
    () => {
      isByKey = true;
      if (!substitute) return;
      stood = remember(substitute); // used: it is no substitute any more
      substitute = null;
    },
    true,
  );
  new MutationObserver(mend).observe(document, { childList: true, subtree: true, attributeFilter: ["disabled"] });
})();

// What a number means, beside it. Opens on hover, on a tap and on keyboard focus; Escape, a tap elsewhere, scrolling or
// moving on closes it. Screen readers hear it as the description of the mark, open or not.
import { createElement as h, useEffect, useId, useRef, useState } from "react";

const GAP = 6;
const EDGE = 8;

// In the top layer, so that no table that scrolls cuts it off; inside the window, above the mark where below is no room.
function place(card, mark) {
  const at = mark.getBoundingClientRect();
  const most = Math.max(EDGE, document.documentElement.clientWidth - card.offsetWidth - EDGE);
  const above = at.top - GAP - card.offsetHeight;
  const below = at.bottom + GAP;
  const isRoom = below + card.offsetHeight <= window.innerHeight - EDGE || above < EDGE;
  card.style.left = `${Math.min(most, Math.max(EDGE, at.left + at.width / 2 - card.offsetWidth / 2))}px`;
  card.style.top = `${isRoom ? below : above}px`;
}

// The mark is the number's name itself (`text`), or a small sign called `name` where the name stands in something else.
export function Meaning({ text = "", name = "", definition, slug = "", className = "" }) {
  const id = useId();
  const [held, setHeld] = useState("");
  const whole = useRef(null);
  const mark = useRef(null);
  const card = useRef(null);

  useEffect(() => {
    if (!held) return undefined;
    const shown = card.current;
    const close = () => setHeld("");
    const onKey = (event) => event.key === "Escape" && close();
    const onPress = (event) => whole.current?.contains(event.target) || close();
    shown.showPopover?.();
    place(shown, mark.current);
    document.addEventListener("keydown", onKey);
    document.addEventListener("pointerdown", onPress);
    window.addEventListener("scroll", close, true);
    window.addEventListener("resize", close);
    return () => {
      document.removeEventListener("keydown", onKey);
      document.removeEventListener("pointerdown", onPress);
      window.removeEventListener("scroll", close, true);
      window.removeEventListener("resize", close);
      if (shown.isConnected) shown.hidePopover?.();
    };
  }, [held !== ""]);

  const hover = (event) => event.pointerType === "mouse" && setHeld((now) => now || "hover");
  const leave = (event) => event.pointerType === "mouse" && setHeld((now) => (now === "hover" ? "" : now));
  return h(
    "span",
    { className: `meaning ${className}`, ref: whole, onPointerEnter: hover, onPointerLeave: leave },
    h(
      "button",
      {
        type: "button",
        className: text ? "meaning-name" : "meaning-mark",
        ref: mark,
        "aria-label": text ? undefined : name,
        "aria-describedby": id,
        "data-defines": slug || undefined,
        onFocus: (event) => event.target.matches(":focus-visible") && setHeld("focus"),
        onBlur: () => setHeld(""),
        onClick: () => setHeld((now) => (now === "" || now === "hover" ? "click" : "")),
      },
      text,
    ),
    h(
      "span",
      { id, ref: card, role: "tooltip", popover: "manual", className: "meaning-text", "data-open": `${held !== ""}` },
      definition,
    ),
  );
}

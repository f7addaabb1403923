// The menu of a card on the board. It says whether a key moved the card: then the focus goes with it, also to a stage that
// a phone does not show; after a tap one stays with the cards one was going through.
import { createElement as h, useEffect, useRef } from "react";

export function StageMenu({ value, name, isHeld = false, className, onMove, children }) {
  const isByKey = useRef(false);
  const menu = useRef(null);
  useEffect(() => {
    if (isHeld) menu.current.focus();
  }, []);
  return h(
    "select",
    {
      value,
      className,
      ref: menu,
      "aria-label": name,
      onKeyDown: () => (isByKey.current = true),
      onPointerDown: () => (isByKey.current = false),
      onChange: (event) => onMove(event.target.value, isByKey.current),
    },
    children,
  );
}

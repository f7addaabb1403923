// The way around on a narrow screen: a button that says where one is; under it, over the page, where one can go. Escape, a
// press elsewhere, leaving it with Tab or choosing a page closes it. A wide screen shows what is in it all the time.
import { createElement as h, useEffect, useId, useRef, useState } from "react";

export function Menu({ name, current = "", children }) {
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const whole = useRef(null);
  const button = useRef(null);

  useEffect(() => {
    if (!isOpen) return undefined;
    const onKey = (event) => {
      if (event.key !== "Escape") return;
      setOpen(false);
      button.current?.focus();
    };
    const onPress = (event) => whole.current?.contains(event.target) || setOpen(false);
    document.addEventListener("keydown", onKey);
    document.addEventListener("pointerdown", onPress);
    return () => {
      document.removeEventListener("keydown", onKey);
      document.removeEventListener("pointerdown", onPress);
    };
  }, [isOpen]);

  const leave = (event) => event.relatedTarget && !whole.current.contains(event.relatedTarget) && setOpen(false);
  const choose = (event) => event.target.closest("a") && setOpen(false);
  return h(
    "div",
    { className: "menu", ref: whole, onBlur: leave },
    h(
      "button",
      {
        type: "button",
        className: "menu-button",
        id: "menu",
        ref: button,
        "aria-expanded": isOpen,
        "aria-controls": id,
        onClick: () => setOpen(!isOpen),
      },
      h("span", { className: current ? "visually-hidden" : undefined }, current ? `${name}: ` : name),
      current,
    ),
    h("div", { className: "menu-panel", id, "data-open": isOpen, onClick: choose }, children),
  );
}

// What only a wide screen shows all the time, under a button on a narrow one; `count` is how much of it is in use.
export function Fold({ name, count = 0, children }) {
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  return h(
    "div",
    { className: "fold" },
    h(
      "button",
      {
        type: "button",
        className: "button small fold-button",
        "aria-expanded": isOpen,
        "aria-controls": id,
        onClick: () => setOpen(!isOpen),
      },
      name,
      count > 0 ? h("span", { className: "count digits" }, ` ${count}`) : null,
    ),
    h("div", { className: "fold-panel", id, "data-open": isOpen }, children),
  );
}

// Asks the page to look again every few seconds, as long as somebody can see it; at once when it becomes visible.
import { useEffect, useRef } from "react";

export function Pulse({ seconds = 5, onBeat }) {
  const beat = useRef(onBeat);
  beat.current = onBeat;
  useEffect(() => {
    const look = () => {
      if (document.visibilityState === "visible") beat.current?.();
    };
    const timer = setInterval(look, seconds * 1000);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [seconds]);
  return null;
}

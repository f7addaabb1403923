// How much guests have written, for a host who hears the console and does not see it: a number now and then, never each line.
import React, { useEffect, useRef, useState } from "react";

const CALM = 15000; // ms between two announcements

export function Herald({ chat, questions, t }) {
  const [word, setWord] = useState({ text: "", at: 0 }); // with the moment it was said, for the same words are said again
  const known = useRef(null);
  const waiting = useRef({ heard_lines: 0, heard_questions: 0 });
  const at = useRef(-CALM);
  useEffect(() => {
    const told = { heard_lines: chat.filter((line) => !line.host && !line.deleted && !line.simulated), heard_questions: questions };
    const before = known.current;
    known.current = new Set(Object.values(told).flat().map(({ id }) => id));
    if (before === null) return;
    for (const key in told) waiting.current[key] += told[key].filter(({ id }) => !before.has(id)).length;
    const fresh = Object.entries(waiting.current).filter(([, count]) => count);
    if (!fresh.length || performance.now() - at.current < CALM) return;
    setWord({ text: fresh.map(([key, count]) => t(key, { count })).join(" "), at: performance.now() });
    waiting.current = { heard_lines: 0, heard_questions: 0 };
    at.current = performance.now();
  }, [chat, questions]);
  return <p className="visually-hidden" role="status" data-testid="air-heard"><span key={word.at}>{word.text}</span></p>;
}

// Reactions: a touch, and what the whole room sends floats up once. Who wants no motion sees numbers instead.
import React, { useEffect, useRef, useState } from "react";

const PATHS = {
  heart: "M12 20s-7-4.6-8.9-8.6C1.4 7.8 3.8 4.5 7.1 4.5c2 0 3.6 1 4.9 2.8 1.3-1.8 2.9-2.8 4.9-2.8 3.3 0 5.7 3.3 4 6.9C19 15.4 12 20 12 20z",
  like: "M7 10v10H3V10h4zm2 0 4-7c1.700 0 2.600 1.200 2.300 2.800L14.700 9H20c1 0 1.700.9 1.500 1.900l-1.500 7.500c-.2 1-.9 1.600-1.900 1.600H9V10z",
  fire: "M12 2c1 3.500 5.500 5.500 5.500 11a5.500 5.500 0 0 1-11 0c0-2 .8-3.500 2-4.800.3 1.500 1 2.300 1.800 2.600C10 8 10.500 4.500 12 2z",
  smile: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8.500 8.500a1.300 1.300 0 1 1 0 2.600 1.300 1.300 0 0 1 0-2.600zm7 0a1.300 1.300 0 1 1 0 2.600 1.300 1.300 0 0 1 0-2.600zM7.500 14h9a4.500 4.500 0 0 1-9 0z",
  wow: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8.500 8a1.300 1.300 0 1 1 0 2.600A1.300 1.300 0 0 1 8.500 8zm7 0a1.300 1.300 0 1 1 0 2.600 1.300 1.300 0 0 1 0-2.600zM12 13a2.500 3 0 1 1 0 6 2.500 3 0 0 1 0-6z",
};
const PAUSE = 2000; // ms between two of one's own: the server counts no more
const SHOWN = 12; // at most, of what one tick brings
const LIFE = 2600; // ms

const Icon = ({ kind }) => (
  <svg viewBox="0 0 24 24" width="20" height="20" fill="currentColor" fillRule="evenodd" aria-hidden="true"><path d={PATHS[kind]} /></svg>
);

export function Reactions({ applause, t, onReact }) {
  const [flying, setFlying] = useState([]);
  const [totals, setTotals] = useState({});
  const [isResting, setIsResting] = useState(false);
  const mine = useRef({});
  const number = useRef(0);

  useEffect(() => {
    if (!applause.number) return;
    // One's own came at the touch already: the room's number holds it once more.
    const fresh = Object.entries(applause.kinds).flatMap(([kind, count]) => {
      const known = applause.isOwn ? 0 : Math.min(count, mine.current[kind] ?? 0);
      mine.current[kind] = (mine.current[kind] ?? 0) - known;
      return Array(Math.max(0, count - known)).fill(kind);
    });
    setTotals((before) => fresh.reduce((sum, kind) => ({ ...sum, [kind]: (sum[kind] ?? 0) + 1 }), before));
    const risen = fresh.slice(0, SHOWN).map((kind) => ({ kind, key: (number.current += 1), left: Math.random(), delay: Math.random() * 250 }));
    setFlying((before) => [...before, ...risen]);
    setTimeout(() => setFlying((before) => before.filter((one) => !risen.includes(one))), LIFE + 300);
  }, [applause.number]);

  function touched(kind) {
    if (isResting) return;
    mine.current[kind] = (mine.current[kind] ?? 0) + 1;
    onReact(kind);
    setIsResting(true);
    setTimeout(() => setIsResting(false), PAUSE);
  }

  return (
    <div className="reactions" data-testid="reactions" role="group" aria-label={t("reactions.label")} data-resting={isResting ? "" : undefined}>
      {Object.keys(PATHS).map((kind) => (
        <button key={kind} type="button" className="reaction" data-kind={kind} aria-disabled={isResting} aria-label={t(`reactions.${kind}`)}
          onClick={() => touched(kind)}>
          <Icon kind={kind} />
          {totals[kind] ? <span className="reaction-count">{totals[kind]}</span> : null}
        </button>
      ))}
      <span className="reactions-air" aria-hidden="true">
        {flying.map((one) => (
          <span key={one.key} className="reaction-fly" data-kind={one.kind} style={{ left: `${8 + one.left * 80}%`, animationDelay: `${one.delay}ms` }}>
            <Icon kind={one.kind} />
          </span>
        ))}
      </span>
    </div>
  );
}

// What the lock screen and the headset show and may do.

const ACTIONS = ["play", "pause", "stop", "seekbackward", "seekforward", "seekto", "previoustrack", "nexttrack"];

// Show title and host; `keys` null: the browser's own keys work (a recording), else only what it names does anything.
// Returns what undoes it.
export function presentMedia({ title, artist }, keys) {
  const session = navigator.mediaSession;
  if (!session) return () => {};
  if (window.MediaMetadata) session.metadata = new MediaMetadata({ title, artist });
  const set = (handlerOf) => {
    for (const action of ACTIONS) {
      try {
        session.setActionHandler(action, handlerOf(action));
      } catch {
        // This browser does not know the action, so nobody can press it.
      }
    }
  };
  if (keys) set((action) => keys[action] ?? (() => {}));
  return () => {
    session.metadata = null;
    set(() => null);
  };
}

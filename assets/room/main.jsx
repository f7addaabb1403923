// The entry of the room's own page: no Reflex, no router, no socket but the room's. The page is written by app/room/page.py.
import React from "react";
import { createRoot } from "react-dom/client";
import "$/public/efir.css";
import "$/public/room/room.css";
import Room from "$/public/room/room.jsx";

const { use, early, texts } = JSON.parse(document.getElementById("told").textContent);
createRoot(document.getElementById("page")).render(<Room use={use} early={early} texts={texts} />);

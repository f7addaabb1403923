// What a plain page needs to say its times in the visitor's zone. It works without: then they are UTC, and it says so.
import { dressTimes } from "./dress.js";

dressTimes(document.documentElement.lang || "ru");

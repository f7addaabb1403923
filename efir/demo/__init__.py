"""The demo: synthetic people live through two webinars by the real doors and rules, on a clock of their own."""

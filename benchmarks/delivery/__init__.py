"""From a planned message in the log to the call at the Bot API: latency, a wave's rate, and what idling costs."""

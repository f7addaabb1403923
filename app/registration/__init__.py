"""From a click to a registered lead: landing, form, legal texts, thank-you page, calendar file, Telegram start page."""

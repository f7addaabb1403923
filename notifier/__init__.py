"""The Telegram door (python-telegram-bot): sends what was planned, receives updates; never decides who gets what."""

"""What people are asked to agree to, wherever they are asked (the form, the bot): purposes and the texts' version."""

from domain.events import Purpose

TEXT_VERSION = "2026-11"
"""Version of the consent texts; change it with any change of their meaning."""

PURPOSES: tuple[Purpose, ...] = ("processing", "marketing", "partner_transfer")
REQUIRED: Purpose = "processing"

"""What people are asked to agree to, and under which version of the texts. The texts are in `app/texts`."""

from domain.events import Purpose

TEXT_VERSION = "2026-11"
"""Version of the consent texts; change it with any change of their meaning."""

PURPOSES: tuple[Purpose, ...] = ("processing", "marketing", "partner_transfer")
REQUIRED: Purpose = "processing"

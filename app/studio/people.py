"""Leads as lists show them: plain values in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from app.shared import texts
from domain.people import grouped
from domain.webinars import Schedule
from warehouse.reads.leads import LeadRow


@dataclass(frozen=True)
class LeadLine:
    """One lead of a list. `verdict`: attended, not_attended or ""; `verdict_text` says it in words."""

    lead_id: str
    name: str
    contact: str
    source: str
    partner: str
    created_at: str
    seen_at: str
    webinar: str
    verdict: str
    verdict_text: str
    telegram: str
    telegram_text: str
    stage: str = ""
    owner: str = ""
    tags: list[str] = field(default_factory=list)


def lead_line(
    row: LeadRow, schedule: Schedule, language: str, stages: Mapping[str, str] = MappingProxyType({})
) -> LeadLine:
    """A lead of a list; somebody without a name is shown by what is known. `stages`: names of the stages by slug."""
    webinar = schedule.webinars.get(row.webinar_id or "")
    return LeadLine(
        lead_id=row.lead_id,
        name=row.name or texts.translate(language, "studio.nameless"),
        contact=grouped(row.phone or row.email or "—"),
        source=row.source,
        partner=row.partner_name or "—",
        created_at=row.created_at.isoformat(),
        seen_at=row.last_seen_at.isoformat() if row.last_seen_at else "",
        webinar=texts.localised(webinar.definition.title, language) if webinar else "—",
        verdict=row.verdict or "",
        verdict_text=texts.translate(language, f"studio.outcome.{row.outcome}") if row.outcome else "—",
        telegram=row.telegram,
        telegram_text=texts.translate(language, f"studio.telegram.{row.telegram}"),
        stage=stages.get(row.stage, row.stage),
        owner=row.owner,
        tags=list(row.tags),
    )

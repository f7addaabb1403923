-- Whom the facts of a stretch of the log are about that change tables. Parameters: since (not included), until, facts
-- (names), emitters (whose every fact counts).
select distinct
    lead_id,
    visitor_id
from events
where
    seq > $since
    and seq <= $until
    and (list_contains($facts, name) or list_contains($emitters, emitter))

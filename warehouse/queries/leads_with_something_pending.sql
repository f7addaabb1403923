-- Every lead for whom a rule may still have something to do: a superset, for the reaction's start.
-- New ones nobody made a lead of yet; those with a recent fact; those with a place in a session that matters still.
select distinct lead_id
from events
where
    lead_id is not null
    and (
        recorded_at >= $since
        or list_contains($session_ids, session_id)
        or (
            name = 'core_ingest_event'
            and lead_id not in (
                select created.lead_id from events as created
                where created.name = 'core_lead_created'
            )
        )
    )

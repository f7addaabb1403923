-- Some facts, each as a JSON object: queries/facts_carried.sql makes facts of them again. `the_places`: their seqs.
with facts as (
    select
        seq,
        cast(event_id as varchar) as event_id,
        name,
        version,
        emitter,
        epoch_us(occurred_at) as occurred_us,
        epoch_us(recorded_at) as recorded_us,
        lead_id,
        webinar_id,
        session_id,
        correlation_id,
        visitor_id,
        cast(properties as varchar) as properties
    from events
    where seq in (the_places)
)

select
    facts.seq,
    cast(to_json(facts) as varchar) as told
from facts

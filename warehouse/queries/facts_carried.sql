-- The facts that a question brings along, as queries/facts_told.sql told them: no scan of the log looks for them.
-- Parameter: carried (a JSON list).
with carried as (
    select
        unnest(
            from_json(
                $carried,
                '[{"seq": "bigint", "event_id": "uuid", "name": "varchar", "version": "integer", "emitter": "varchar",
                   "occurred_us": "bigint", "recorded_us": "bigint", "lead_id": "varchar", "webinar_id": "varchar",
                   "session_id": "varchar", "correlation_id": "varchar", "visitor_id": "varchar",
                   "properties": "varchar"}]'
            ),
            recursive := true
        )
)

select
    * exclude (occurred_us, recorded_us, properties),
    make_timestamptz(occurred_us) as occurred_at,
    make_timestamptz(recorded_us) as recorded_at,
    cast(properties as json) as properties
from carried

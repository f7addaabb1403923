-- The facts that a question carries along, as queries/facts_told.sql told them: no scan of the log looks for them.
select
    * exclude (event_id, properties),
    cast(event_id as uuid) as event_id,
    cast(properties as json) as properties
from carried_facts

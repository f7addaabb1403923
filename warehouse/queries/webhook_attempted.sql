-- Deliveries of one endpoint that were attempted after a seq. Parameters: endpoint_id, seq.
select (properties ->> '$.delivery_id') as delivery_id
from events
where name = 'webhook_attempted' and seq > $seq and (properties ->> '$.endpoint_id') = $endpoint_id
group by (properties ->> '$.delivery_id')

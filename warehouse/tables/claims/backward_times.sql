-- Leads who were created, registered or came before their first touch.
select *
from lead_metrics
where seconds_to_lead < 0 or seconds_to_register < 0 or seconds_to_attend < 0

-- The canonical leads: who was created and goes on. A relation the derived tables share. Needs: survivors.
-- Facts of a lead that is not created (its form is a moment old, or its rules failed) are in no table.
select distinct coalesce(survivors.survivor_id, events.lead_id) as lead_id
from events
left join survivors on events.lead_id = survivors.lead_id
where events.name = 'core_lead_created'

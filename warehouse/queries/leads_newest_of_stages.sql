-- The newest leads of some stages among those that match, each with the total of its stage: the answers to
-- queries/leads_newest_of_stage.sql, one a stage, stand in the middle. A window would sort everybody.
-- Needs: leads_chosen.
with counted as (
    select
        lead_stage,
        count(*) as total
    from leads_chosen
    group by lead_stage
),

newest as (
    select * from the_newest
)

select
    newest.*,
    counted.total
from newest
inner join counted on newest.lead_stage = counted.lead_stage

-- The newest leads of each stage among those that match, with the total of the stage. Parameter: limit (of a stage).
-- Needs: leads_chosen.
with counted as (
    select
        lead_stage,
        count(*) as total
    from leads_chosen
    group by lead_stage
),

newest as (
    select *
    from leads_chosen
    qualify row_number() over (partition by lead_stage order by created_at desc, lead_id asc) <= $limit
)

select
    newest.*,
    counted.total
from newest
inner join counted on newest.lead_stage = counted.lead_stage

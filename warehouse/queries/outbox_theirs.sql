-- Whom the search for a person finds: the subjects by name, e-mail, phone or the beginning of an id, each with all
-- leads that they are. Needs: merged_leads (survivors). Parameters: see leads_searched.sql.
with found as (
    select distinct subject_id
    from people_current
    where
        (
            kind in ('name', 'email')
            and list_bool_and(list_transform($words, lambda word: contains(replace(lower(value), 'ё', 'е'), word)))
        )
        or (kind = 'phone' and $digits != '' and contains(value, $digits))
        or (kind = 'phone' and $beginning != '' and starts_with(value, $beginning))
    union
    select lead_id
    from merged_leads
    where starts_with(lead_id, $search)
    union
    select survivor_id
    from merged_leads
    where starts_with(survivor_id, $search)
)

select coalesce(merged_leads.survivor_id, found.subject_id) as subject_id
from found
left join merged_leads on found.subject_id = merged_leads.lead_id
union
select relatives.lead_id
from found
left join merged_leads on found.subject_id = merged_leads.lead_id
inner join merged_leads as relatives
    on coalesce(merged_leads.survivor_id, found.subject_id) = relatives.survivor_id

-- Leads newest first: who they are, where from, how far they came. Contacts are looked up of those who are shown.
-- Needs: shown (queries/leads_newest*.sql) and merged_leads (survivors).
with members as (
    select
        lead_id,
        lead_id as subject_id,
        false as is_merged
    from shown
    union all
    select
        survivor_id as lead_id,
        lead_id as subject_id,
        true as is_merged
    from merged_leads
    where survivor_id in (select shown.lead_id from shown)
),

known as (
    select
        members.lead_id,
        members.is_merged,
        people.subject_id,
        people.kind,
        people.value
    from people
    inner join members on people.subject_id = members.subject_id
    where people.kind in ('name', 'phone', 'email')
    qualify
        row_number() over (
            partition by people.subject_id, people.kind, people.ref
            order by people.given_at desc, people.seq desc
        ) = 1
),

contacts as (
    select
        lead_id,
        arg_min(value, (is_merged, subject_id)) filter (where kind = 'name') as lead_name,
        arg_min(value, (is_merged, subject_id)) filter (where kind = 'phone') as phone,
        arg_min(value, (is_merged, subject_id)) filter (where kind = 'email') as email
    from known
    group by lead_id
),

partner_names as (
    select
        people.subject_id,
        people.value
    from people
    where people.kind = 'name' and people.subject_id in (select shown.partner_id from shown)
    qualify
        row_number() over (
            partition by people.subject_id, people.ref order by people.given_at desc, people.seq desc
        ) = 1
)

select
    shown.lead_id,
    shown.created_at,
    shown.lead_source,
    shown.last_seen_at,
    shown.registrations,
    shown.webinar_id,
    shown.verdict,
    shown.outcome,
    shown.lead_stage,
    shown.lead_owner,
    shown.tags,
    shown.partner_id,
    shown.telegram,
    coalesce(contacts.lead_name, '') as lead_name,
    coalesce(contacts.phone, '') as phone,
    coalesce(contacts.email, '') as email,
    coalesce(partner_names.value, '') as partner_name,
    shown.total
from shown
left join contacts on shown.lead_id = contacts.lead_id
left join partner_names on shown.partner_id = partner_names.subject_id
order by shown.created_at desc, shown.lead_id asc

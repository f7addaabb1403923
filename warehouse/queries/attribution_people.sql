-- The leads behind a credit: who converted in the period after one of these paths of touches, newest first.
-- `conversions` is tables/conversions.sql. Parameters: conversion, paths (as stored), since, until (of the conversion;
-- until not included), limit, offset.
with behind as (
    select
        lead_id,
        converted_at,
        touch_path
    from conversions
    where
        conversion = $conversion
        and converted_at >= cast($since as timestamptz)
        and converted_at < cast($until as timestamptz)
        and list_contains($paths, touch_path)
),

shown as materialized (
    select *
    from behind
    order by converted_at desc, lead_id asc
    limit $limit offset $offset
),

named as (
    select
        people.subject_id,
        people.value
    from people
    where people.kind = 'name' and people.subject_id in (select shown.lead_id from shown)
    qualify
        row_number() over (
            partition by people.subject_id, people.ref order by people.given_at desc, people.seq desc
        ) = 1
)

select
    shown.lead_id,
    shown.converted_at,
    shown.touch_path,
    coalesce(named.value, '') as lead_name,
    (select count(everybody.lead_id) from behind as everybody) as total
from shown
left join named on shown.lead_id = named.subject_id
order by shown.converted_at desc, shown.lead_id asc

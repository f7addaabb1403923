-- The leads that match in everything but a search: a relation the list and the board share. Needs: lead_list.
-- Parameters: source, partner, webinar, verdict, telegram, stage, owner, tag ('' all), ids (null all), until (created
-- no later).
select listed.*
from lead_list as listed
where
    listed.created_at <= try_cast($until as timestamptz)
    and ($source = '' or listed.lead_source = $source)
    and ($partner = '' or listed.partner_id = $partner)
    and ($webinar = '' or list_contains(listed.webinar_ids, $webinar))
    and ($verdict = '' or coalesce(listed.verdict, 'none') = $verdict)
    and ($telegram = '' or listed.telegram = $telegram)
    and ($stage = '' or listed.lead_stage = $stage)
    and ($owner = '' or listed.lead_owner = $owner)
    and ($tag = '' or list_contains(listed.tags, $tag))
    and ($ids is null or list_contains($ids, listed.lead_id))

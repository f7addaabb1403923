select distinct value from people
where subject_id = $subject and kind = $of_kind

delete from people
where list_contains($subjects, subject_id)

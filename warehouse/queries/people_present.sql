select distinct subject_id
from people
where list_contains($subjects, subject_id)

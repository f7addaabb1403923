-- Conversions whose path is not as long as they count touches.
select *
from conversions
where touches != json_array_length(touch_path)

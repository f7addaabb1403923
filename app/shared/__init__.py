"""What every page of the app stands on: texts, layout, the way to the warehouse and the schedule. No page here."""

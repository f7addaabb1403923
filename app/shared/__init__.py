"""What every page of the app stands on: texts, layout, the way to the warehouse and to the schedule. No page lives here."""

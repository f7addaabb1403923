"""The webinar room: its page, its socket, and the tracker that turns presence into facts."""

"""How long the questions behind the dashboards take over a made-up log of many leads."""

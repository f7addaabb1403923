"""The command line and the supervisor: stands on top and starts every floor."""

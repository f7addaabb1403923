"""One room with thousands of people on this machine."""

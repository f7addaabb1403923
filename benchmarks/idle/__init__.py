"""What the whole system costs when nobody does anything: memory and processor time of every process."""

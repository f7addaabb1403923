"""Kill -9 again and again: what is sent, what arrives and what the log says must still agree."""

"""How ready each facility is, why, and what to do next."""

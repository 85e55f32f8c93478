"""People and places: who works where, as what, from when to when, and how they sign in."""

"""Who must learn what by when, what they have completed, and when they must train again."""

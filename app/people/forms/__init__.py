"""The shapes of what people type about people and places."""

"""Courses: modules, their immutable versions, lessons and cards, and how far each person has read."""

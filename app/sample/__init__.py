"""The fictional city: facilities, people and a past that never were, marked 'Dữ liệu mẫu'."""

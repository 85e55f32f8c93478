"""The pages of people: one module a role, each mixing the nouns of several rooms."""

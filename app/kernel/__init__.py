"""The ground every room stands on: it knows the machine, the database and the web, and no room."""

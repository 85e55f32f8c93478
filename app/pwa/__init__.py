"""The door of devices: the installable app, what it keeps for days without network, and how that work comes back."""

"""Certificates: proof that a module was passed, and its public verification."""

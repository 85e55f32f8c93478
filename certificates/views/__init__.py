"""The doors of certificates: anyone verifies, the owner prints, a manager of the issuing facility lists and ends."""

from certificates.views import issued, papers, public
from certificates.views.doors import blueprint

__all__ = ["blueprint", "issued", "papers", "public"]

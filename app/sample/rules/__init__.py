"""How the fictional city is drawn: pure plans from a seed, one facility at a time."""

from app.sample.rules.plans import (
    CertificatePlan,
    FacilityPlan,
    PersonPlan,
    PointPlan,
    content_hash,
    plan_city,
)

__all__ = ["CertificatePlan", "FacilityPlan", "PersonPlan", "PointPlan", "content_hash", "plan_city"]

"""Which endpoints of the offline app are open to whom, who may keep work on a device, who may read whose it is."""

from app.people.models import Role
from app.people.permissions import Actor, Who

# The three public ones hold nothing of anybody: the app's name, its worker, and an empty page in its look.
ACCESS: dict[str, Who] = {
    "pwa.manifest": Who.PUBLIC,
    "pwa.worker": Who.PUBLIC,
    "pwa.shell": Who.PUBLIC,
    "pwa.key": Who.SIGNED_IN,
    "pwa.pack": Who.SIGNED_IN,
    "pwa.part": Who.SIGNED_IN,
    "pwa.guide": Who.SIGNED_IN,
    "pwa.guide_pages": Who.SIGNED_IN,
    "pwa.hello": Who.SIGNED_IN,
    "pwa.ticket": Who.SIGNED_IN,
    "pwa.sync": Who.SIGNED_IN,
    # Anybody may carry a colleague's work here: it opens for the server alone and is credited to its owner alone.
    "pwa.hand_in_file": Who.SIGNED_IN,
}


def may_keep(actor: Actor, *, is_safe_place: bool) -> bool:
    """Say whether this browser may keep anything for the person: their own device, reached by https or on itself."""
    return is_safe_place and not actor.is_shared


def may_name(actor: Actor, owner: Actor) -> bool:
    """Say whether the person who hands a file in may read whose work it is: their own, or their facility's."""
    managed = actor.facilities_as(Role.COORDINATOR, Role.DIRECTOR)
    return actor.person_id == owner.person_id or bool(managed & owner.facility_ids)

"""Which endpoints of the offline app are open to whom."""

from app.people.permissions import Actor, Who

# The three public ones hold nothing of anybody: the app's name, its worker, and an empty page in its look.
ACCESS: dict[str, Who] = {
    "pwa.manifest": Who.PUBLIC,
    "pwa.worker": Who.PUBLIC,
    "pwa.shell": Who.PUBLIC,
    "pwa.key": Who.SIGNED_IN,
    "pwa.pack": Who.SIGNED_IN,
    "pwa.part": Who.SIGNED_IN,
    "pwa.hello": Who.SIGNED_IN,
    "pwa.ticket": Who.SIGNED_IN,
    "pwa.sync": Who.SIGNED_IN,
}


def may_keep(actor: Actor, *, is_safe_place: bool) -> bool:
    """Say whether this browser may keep anything for the person: their own device, reached by https or on itself."""
    return is_safe_place and not actor.is_shared

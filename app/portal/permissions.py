"""Which endpoints of the pages that mix rooms are open to whom."""

from app.people.permissions import Who

ACCESS: dict[str, Who] = {
    "staff.home": Who.SIGNED_IN,
    "staff.mine": Who.SIGNED_IN,
    "staff.result": Who.SIGNED_IN,
}

"""Which endpoints of this room are open to whom: learning is never refused to anyone who is signed in."""

from app.people.permissions import Who

ACCESS: dict[str, Who] = {
    "courses.module": Who.SIGNED_IN,
    "courses.lesson": Who.SIGNED_IN,
    "courses.move": Who.SIGNED_IN,
    "courses.check": Who.SIGNED_IN,
    "courses.guide": Who.SIGNED_IN,
    "courses.guide_card": Who.SIGNED_IN,
    "courses.guide_errors": Who.SIGNED_IN,
    "courses.guide_papers": Who.SIGNED_IN,
    "courses.guide_paper": Who.SIGNED_IN,
    "courses.ask_guide_paper": Who.SIGNED_IN,
    "courses.practice": Who.SIGNED_IN,
    "courses.tap": Who.SIGNED_IN,
    "courses.taps": Who.SIGNED_IN,
    "courses.practised": Who.SIGNED_IN,
    "courses.enough": Who.SIGNED_IN,
}

"""Short ways to say what a test of people and places is about."""

from app.kernel import clock, passwords
from app.people.models import Credential, Person
from tests.builders import Browser, save

GOOD = "bốn con ngựa ăn cỏ non"
_hashes: dict[str, str] = {}


def give_password(person: Person, password: str = GOOD) -> None:
    """Give a person a password; each is hashed once a run, because that is slow on purpose."""
    if password not in _hashes:
        _hashes[password] = passwords.hash_password(password)
    save(Credential(person_id=person.id, password_hash=_hashes[password], changed_at=clock.now()))


def sign_in(client, facility: str, who: str, password: str = GOOD, *, device: str = "own", target: str = "", **more):
    """Send the sign-in form as a browser would, and return the answer."""
    held = client.get_cookie("san-sang")
    browser = Browser(client)
    if held is not None:
        browser.token = held.value
        client.set_cookie("san-sang", held.value, domain="localhost")
    data = {"facility": facility, "who": who, "password": password, "device": device, "next": target}
    return browser.post("/sign-in", data, **more)


def sign_in_page(client, facility: str, who: str, password: str) -> tuple[int, str]:
    """Send the form and return the status and the page, without what was typed and without the form's own token."""
    answer = sign_in(client, facility, who, password)
    lines = [line for line in answer.text.replace(who, "?").splitlines() if "csrf_token" not in line]
    return answer.status_code, "\n".join(lines)

"""One request of the access matrix, what it must answer by the rules, and what it must not have done."""

from typing import Any

from werkzeug.test import TestResponse

from app import access
from app.people.permissions import _ROLES as ROLES
from app.people.permissions import Who
from tests.house.addresses import Case
from tests.house.bodies import ANSWERS, MISSING, OVER, SAME, valid_body
from tests.house.canaries import found_in
from tests.house.world import Principal, World

ACCESS = access.rules()
# Of the certificate that a public code names, what CE-04 lets everybody read.
PUBLIC_FIELDS = {("facility", "name"), ("person", "name"), ("facility_parent", "parent")}
INVITING = ("C", "facility", "name")  # a facility that wishes to employ everybody
NOBODY = {"all", "second", "own", "same"}  # what belongs to a place, and to no person
VERIFICATION = {"certificates.verify", "certificates.verify_json", "certificates.scanned", "certificates.search"}
# What of facilities is everybody's who may see the city: their names and areas, never anyone's name.
CITY_PAGES = {"taskforce.city", "taskforce.export"}
# What a person reads of themselves: their number, and where they worked when it was printed or recorded.
OWN_PAGES = {"people.phone", "staff.my_data", "staff.my_data_file"}
OWN_FIELDS = {("person", "phone"), ("unit", "name")}
CITY_FIELDS = {("facility", "name"), ("facility", "area"), ("facility_parent", "parent")}


def ask(world: World, principal: Principal, case: Case, **more: Any) -> TestResponse:
    """Send one request as this principal's browser would, with a good token and a body that would do something."""
    headers = {"X-CSRFToken": principal.csrf, **more.pop("headers", {})}
    body = {} if case.method == "GET" else valid_body(case.rule.endpoint, world, principal, case.letter)
    return send(world, principal.key, case.path, method=case.method, headers=headers, **{**body, **more})


def send(world: World, key: str, path: str, **more: Any) -> TestResponse:
    """Send a request with a principal's cookie, and let go of the file behind the answer."""
    answer = world.client(key).open(path, **more)
    answer.get_data()
    answer.close()
    return answer


def expected(case: Case, principal: Principal) -> set[int]:
    """Return the statuses that the access rules and the table of owners allow."""
    endpoint, method = case.rule.endpoint, case.method
    if case.verdict == "malformed":
        return {400, 404, 405}  # no rule reads it, so nobody is asked who they are
    who = ACCESS[endpoint]
    refused = _refusal(who, case, principal)
    if refused:
        return refused
    if case.verdict == "fine":
        key = (endpoint, method)
        usual = ANSWERS.get(key) or ({200} if method == "GET" else {303})
        return SAME.get(key, usual) if case.idclass == "same_facility" else usual
    if case.verdict == "over":
        return OVER.get((endpoint, method), {404})
    if case.verdict == "missing":
        return MISSING.get((endpoint, method), {404})
    return {200, 404} if who is Who.PUBLIC else {404}


def _refusal(who: Who, case: Case, principal: Principal) -> set[int]:
    if who is Who.PUBLIC:
        return set()
    if not principal.is_signed_in:
        return {302} if case.method == "GET" else {401}
    if "facility" in case.rule.arguments and not (principal.belongs and case.letter == principal.site):
        return {404}
    may = who is Who.SIGNED_IN or bool(ROLES[who] & principal.roles)
    return set() if may else {403}


def leaks(answer: TestResponse, case: Case, principal: Principal) -> set[tuple[str, str, str, str]]:
    """Return the canaries in an answer that this asker may not read there."""
    return {mark for mark in found_in(answer) if not _may_read(mark, case, principal)}


def _may_read(mark: tuple[str, str, str, str], case: Case, principal: Principal) -> bool:
    _site, table, column, person = mark
    endpoint = case.rule.endpoint
    return (
        person == principal.key
        or (endpoint in VERIFICATION and (table, column) in PUBLIC_FIELDS)
        or (endpoint in OWN_PAGES and person == "all" and (table, column) in OWN_FIELDS)
        or (endpoint in CITY_PAGES and principal.key == "taskforce" and (table, column) in CITY_FIELDS)
        or (principal.is_signed_in and mark[:3] == INVITING)
        or (principal.is_signed_in and principal.belongs and _is_near(mark, endpoint, principal))
    )


def _is_near(mark: tuple[str, str, str, str], endpoint: str, principal: Principal) -> bool:
    """Say whether something belongs to those among whom the asker works, as far as their role lets them look."""
    site, table, column, person = mark
    if site == "T":
        # B has the one who came yesterday; A keeps what it printed for them.
        return bool(principal.roles) and (principal.site == "B" or endpoint.startswith("certificates."))
    if principal.key == "transferred" and site == "A":
        return person == "all" and (table, column) in PUBLIC_FIELDS  # on their own certificate
    return site == principal.site and (person in NOBODY or bool(principal.roles))


def masked(answer: TestResponse) -> tuple[int, bytes, tuple[tuple[str, str], ...]]:
    """Return an answer without the request's own id, to be held against another one."""
    own = answer.headers.get("X-Request-Id", "-").encode()
    headers = tuple(sorted((name, value) for name, value in answer.headers if name not in {"X-Request-Id", "Date"}))
    return answer.status_code, answer.get_data().replace(own, b"?"), headers

"""Taking a roster import back: the people's room does it, the assignments say who has been given something since."""

import json

from flask import g, redirect, url_for
from werkzeug.wrappers import Response

from app.assignments import queries as assignments
from app.kernel import clock, storage
from app.kernel.errors import Conflict, NotFound
from app.kernel.login import asker
from app.kernel.transaction import transaction
from app.people.models import ImportState
from app.people.operations.import_undoing import read_receipt
from app.people.operations.import_undoing import undo_import as take_back
from app.people.queries.imports import get_import
from app.portal.coordinator.doors import blueprint


@blueprint.post("/f/<facility>/people/import/<int:import_id>/undo")
def undo_import(facility: str, import_id: int) -> Response:
    """Take an import back but for those whose life here has gone on; too late, the page says so."""
    made = get_import(g.facility_id, import_id)
    is_refused = made.state is ImportState.DONE and not _take_back(import_id, str(made.preview.get("receipt")))
    refused = 1 if is_refused else None
    return redirect(url_for("people.roster_import", facility=facility, import_id=import_id, refused=refused), 303)


def _take_back(import_id: int, receipt_key: str) -> bool:
    """Take it back; False: it is too late."""
    try:
        receipt = read_receipt(json.loads(storage.path_of(receipt_key).read_bytes()))
        with transaction():
            now, made = clock.now(), get_import(g.facility_id, import_id)
            busy = assignments.list_assigned_since(made.facility_id, made.applied_at or now)
            take_back(asker().person_id, made, receipt, busy=busy, now=now)
    except (Conflict, NotFound):
        return False
    return True

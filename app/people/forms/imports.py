"""What a coordinator sends while importing a roster: a file, what columns mean, answers."""

from collections.abc import Collection, Mapping

from werkzeug.datastructures import MultiDict
from wtforms import FileField, StringField
from wtforms.validators import Length

from app.kernel.forms import Form, check_file
from app.kernel.i18n import _, _l
from app.kernel.sheets import MAX_BYTES
from app.people.rules.headings import Meaning
from app.people.rules.plan import MissingChoice
from app.people.rules.roster import ALL_MISSING

_OFFERED = {meaning.value for meaning in Meaning} - {Meaning.PRIVATE.value}


class UploadForm(Form):
    """One file, and the token by which a form sent twice is one import."""

    file = FileField(_l("Excel (.xlsx) or CSV file of your facility"))
    token = StringField(validators=[Length(max=60)])

    def validate_file(self, field: FileField) -> None:
        """Refuse a form without a file, an empty file and one that is larger than can be read."""
        too_large = _("The file is larger than %(limit_mb)s MB.", limit_mb=MAX_BYTES // 1024**2)
        check_file(field.data, most=MAX_BYTES, too_large=too_large)


def read_meanings(given: MultiDict[str, str]) -> dict[int, Meaning]:
    """Return what was chosen for the columns: fields ``c0``, ``c1`` …; anything odd is left out."""
    return {
        int(name[1:]): Meaning(value)
        for name, value in given.items()
        if name[:1] == "c" and name[1:].isdigit() and name.isascii() and value in _OFFERED
    }


def read_choices(given: MultiDict[str, str], allowed: Collection[str], before: Mapping[str, object]) -> dict[str, str]:
    """Return the answers of a check page: pairs ``k0`` (what was asked) and ``c0`` (the answer).

    Only what the page asked counts. What is said of one missing person is kept only where it differs from what is said
    of all of them, so that saying something else of all of them still reaches the others.
    """
    pairs = {given.get(f"k{name[1:]}", ""): value for name, value in given.items() if name[:1] == "c"}
    chosen = {key: value for key, value in pairs.items() if key in allowed and value}
    of_all = str(chosen.get(ALL_MISSING) or before.get(ALL_MISSING) or MissingChoice.KEEP.value)
    return {
        key: value
        for key, value in chosen.items()
        if key == ALL_MISSING or not key.startswith("missing:") or key in before or value != of_all
    }

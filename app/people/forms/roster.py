"""What a coordinator types about one person."""

from datetime import date

from wtforms import DateField, StringField
from wtforms.validators import AnyOf, DataRequired, Length, Optional, Regexp, ValidationError

from app.kernel.forms import Form
from app.kernel.i18n import _l
from app.people.operations.roster import NameReason, Workplace
from app.people.rules.names import clean_text
from app.people.rules.phones import normal_phone

_NEEDED = _l("Please fill this in.")
_TOO_LONG = _l("This is too long.")
_CHOOSE = _l("Choose one.")


class NamedForm(Form):
    """A person's full name."""

    name = StringField(_l("Full name"), validators=[DataRequired(_NEEDED), Length(max=120, message=_TOO_LONG)])


class WorkplaceForm(Form):
    """Where and as what: ids of a unit (empty: none) and of a position, and the staff code."""

    unit = StringField(_l("Unit"), validators=[Optional(), Regexp(r"^\d{1,12}$", message=_CHOOSE)])
    position = StringField(_l("Position"), validators=[DataRequired(_CHOOSE), Regexp(r"^\d{1,12}$", message=_CHOOSE)])
    staff_code = StringField(_l("Staff code"), validators=[Optional(), Length(max=32, message=_TOO_LONG)])

    def workplace(self) -> Workplace:
        """Return what was typed as the operations take it."""
        return Workplace(
            unit_id=int(self.unit.data) if self.unit.data else None,
            position_id=int(self.position.data or 0),
            staff_code=clean_text(self.staff_code.data or "") or None,
        )


class PhoneForm(Form):
    """A mobile number, or nothing."""

    phone = StringField(_l("Phone number"), validators=[Optional(), Length(max=32, message=_TOO_LONG)])

    def validate_phone(self, field: StringField) -> None:
        """Refuse what is no Vietnamese mobile number."""
        if normal_phone(field.data or "") is None:
            raise ValidationError(_l("A mobile number has 10 digits, such as 0901 234 567."))

    def number(self) -> str | None:
        """Return the number as stored, None without one."""
        return normal_phone(self.phone.data or "") if self.phone.data else None


class AddPersonForm(NamedForm, WorkplaceForm, PhoneForm):
    """One new person."""


class NameForm(NamedForm):
    """A person's name written anew, and why."""

    reason = StringField(_l("Reason"), validators=[AnyOf([each.value for each in NameReason], message=_CHOOSE)])


class LeaveForm(Form):
    """An absence: its first and last day."""

    first = DateField(_l("First day"), validators=[DataRequired(_l("Choose a day."))])
    last = DateField(_l("Last day"), validators=[Optional()])

    def days(self) -> tuple[date, date | None]:
        """Return the first and the last day (None: open)."""
        assert self.first.data is not None  # noqa: S101  validated
        return self.first.data, self.last.data


class UnitForm(Form):
    """A unit's name."""

    name = StringField(_l("Name of the unit"), validators=[DataRequired(_NEEDED), Length(max=120, message=_TOO_LONG)])


class PointForm(Form):
    """A service point: where, when, how many are needed."""

    unit = StringField(_l("Unit"), validators=[DataRequired(_CHOOSE), Regexp(r"^\d{1,12}$", message=_CHOOSE)])
    name = StringField(
        _l("Name of the service point"), validators=[DataRequired(_NEEDED), Length(max=120, message=_TOO_LONG)]
    )
    shift = StringField(_l("Shift"), validators=[Optional(), Length(max=40, message=_TOO_LONG)])


class TermForm(Form):
    """From when to when a service point is open, and how many ready people it needs."""

    opens = DateField(_l("Open from"), validators=[DataRequired(_l("Choose a day."))])
    closes = DateField(_l("Open until"), validators=[Optional()])
    need = StringField(
        _l("People needed"), validators=[Optional(), Regexp(r"^[1-9]\d{0,3}$", message=_l("A whole number."))]
    )

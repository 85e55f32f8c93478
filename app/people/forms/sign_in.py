"""What people type to sign in, to activate an account and to change a password."""

from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import AnyOf, DataRequired, Length, Optional

from app.kernel.forms import Form
from app.kernel.i18n import _l
from app.people.forms.roster import PhoneForm

OWN, SHARED = "own", "shared"
DEVICES = [(OWN, _l("My own device")), (SHARED, _l("Shared computer"))]
_NEEDED = _l("Please fill this in.")
_TOO_LONG = _l("This is too long.")


class DeviceForm(Form):
    """A form that asks whose device this is."""

    device = StringField(_l("This device"), validators=[AnyOf([OWN, SHARED], message=_l("Choose one."))])

    @property
    def is_shared(self) -> bool:
        """Say whether the device was called a shared one."""
        return bool(self.device.data == SHARED)


class SignInForm(DeviceForm):
    """Facility and staff code, or a phone; the password."""

    facility = StringField(_l("Facility code"), validators=[Optional(), Length(max=64, message=_TOO_LONG)])
    who = StringField(
        _l("Staff code or phone number"), validators=[DataRequired(_NEEDED), Length(max=64, message=_TOO_LONG)]
    )
    password = PasswordField(_l("Password"), validators=[DataRequired(_NEEDED), Length(max=1024, message=_TOO_LONG)])
    next = HiddenField()


class CodeForm(Form):
    """The code on an activation slip."""

    code = StringField(_l("Code on the slip"), validators=[DataRequired(_NEEDED), Length(max=64, message=_TOO_LONG)])


class ActivateForm(DeviceForm):
    """The code again, and the password its person chooses."""

    code = HiddenField(validators=[DataRequired(_NEEDED), Length(max=64)])
    password = PasswordField(_l("New password"), validators=[DataRequired(_NEEDED)])


class PasswordForm(Form):
    """The present password and the next."""

    present = PasswordField(_l("Present password"), validators=[DataRequired(_NEEDED), Length(max=1024)])
    password = PasswordField(_l("New password"), validators=[DataRequired(_NEEDED)])


class OwnPasswordForm(Form):
    """The present password, asked again before something that only its owner may do."""

    present = PasswordField(_l("Your password"), validators=[DataRequired(_NEEDED), Length(max=1024)])


class OwnPhoneForm(PhoneForm, OwnPasswordForm):
    """One's own new phone number, and the password after it."""

    phone = StringField(_l("Phone number"), validators=[DataRequired(_NEEDED), Length(max=32, message=_TOO_LONG)])
    present = PasswordField(_l("Your password"), validators=[DataRequired(_NEEDED), Length(max=1024)])

"""The shapes of what people send about certificates."""

from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # its types are still those of 3.2
from wtforms.validators import DataRequired, InputRequired, Length

from app.kernel.forms import Form
from app.kernel.i18n import _l
from certificates.operations import LONGEST_REASON


class EndForm(Form):
    """How a certificate ends, and why."""

    act = RadioField(
        _l("What should happen"),
        choices=[
            SelectChoice("reissue", _l("Reissue with today's name, position and titles")),
            SelectChoice("revoke", _l("Revoke from now on")),
            SelectChoice("void", _l("Issued by mistake: treat as never issued")),
        ],
        validators=[InputRequired(_l("Choose what should happen."))],
    )
    reason = TextAreaField(
        _l("Reason"),
        validators=[
            DataRequired(_l("Write the reason.")),
            Length(max=LONGEST_REASON, message=_l("At most 500 characters.")),
        ],
    )

"""The table of what devices have brought."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, KeyText


class Delivery(Base):
    """That an operation made on a device has had its effect, once: whoever sends it again gets the same receipt."""

    __tablename__ = "delivery"

    op_id: Mapped[str] = mapped_column(KeyText, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    receipt: Mapped[str] = mapped_column(KeyText)
    is_late: Mapped[bool]
    done_at: Mapped[datetime]

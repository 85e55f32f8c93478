"""The tables of people and places: who works where, as what, from when to when, and how they sign in."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.db import Base, Id, KeyText, words_of


class FacilityType(StrEnum):
    """The kinds of facility (domain.md §4.1)."""

    HOSPITAL = "hospital"
    HEALTH_CENTRE = "health_centre"
    HEALTH_STATION = "health_station"
    POLYCLINIC = "polyclinic"
    SPECIALIST_CLINIC = "specialist_clinic"
    MATERNITY_HOME = "maternity_home"
    OTHER = "other"


class CareLevel(StrEnum):
    """Technical levels of care of the law of 2023: initial, basic, specialised (domain.md §4.1)."""

    INITIAL = "initial"
    BASIC = "basic"
    SPECIALISED = "specialised"


class Role(StrEnum):
    """What a role grant lets a person do; every grant has a scope."""

    COORDINATOR = "coordinator"
    DIRECTOR = "director"
    AUTHOR = "author"
    TASKFORCE = "taskforce"
    ADMIN = "admin"


class TextSize(StrEnum):
    """How large a person likes to read; the class of every page's ``<html>``."""

    NORMAL = "normal"
    LARGE = "large"
    LARGEST = "largest"


class Dated:
    """A dated fact: valid from–to (half open), and when the system came to know it and ceased to hold it (ruling 5).

    A correction closes the old row with ``superseded_at`` and inserts a new one; nothing is edited.
    """

    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class Facility(Base):
    """A hospital, health centre, health station or clinic, as the city's register names it."""

    __tablename__ = "facility"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(KeyText, unique=True)
    name: Mapped[str]
    search_key: Mapped[str] = mapped_column(KeyText)
    sort_key: Mapped[str] = mapped_column(KeyText, index=True)
    type: Mapped[FacilityType] = mapped_column(words_of(FacilityType))
    care_level: Mapped[CareLevel | None] = mapped_column(words_of(CareLevel))
    area: Mapped[str] = mapped_column(default="")
    is_sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class FacilityParent(Dated, Base):
    """Whom a facility answers to; may change (168 stations moved to their wards in 2026)."""

    __tablename__ = "facility_parent"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    facility_id: Mapped[int] = mapped_column(ForeignKey("facility.id"), index=True)
    parent: Mapped[str]
    parent_facility_id: Mapped[int | None] = mapped_column(ForeignKey("facility.id"))


class FacilityClosure(Dated, Base):
    """A time in which a facility is officially closed: level X, outside every roll-up."""

    __tablename__ = "facility_closure"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    facility_id: Mapped[int] = mapped_column(ForeignKey("facility.id"), index=True)


class Unit(Base):
    """A department inside a facility."""

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("facility_id", "search_key"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    facility_id: Mapped[int] = mapped_column(ForeignKey("facility.id"), index=True)
    name: Mapped[str]
    search_key: Mapped[str] = mapped_column(KeyText)
    sort_key: Mapped[str] = mapped_column(KeyText)
    created_at: Mapped[datetime]

    facility: Mapped[Facility] = relationship()


class ServicePoint(Base):
    """A patient-facing unit × shift. When it is open and how many it needs are its dated terms."""

    __tablename__ = "service_point"
    __table_args__ = (UniqueConstraint("facility_id", "search_key"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    facility_id: Mapped[int] = mapped_column(ForeignKey("facility.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str]
    shift: Mapped[str] = mapped_column(default="")
    search_key: Mapped[str] = mapped_column(KeyText)
    created_at: Mapped[datetime]

    unit: Mapped[Unit] = relationship()


class ServicePointTerm(Dated, Base):
    """A time in which a service point is open, and the ready people it needs (None: half of those rostered)."""

    __tablename__ = "service_point_term"
    __table_args__ = (CheckConstraint("need is null or need > 0", name="need_positive"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    service_point_id: Mapped[int] = mapped_column(ForeignKey("service_point.id"), index=True)
    need: Mapped[int | None]


class Position(Base):
    """A position of the city's list; ``code`` is what requirements and role weights speak of."""

    __tablename__ = "position"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(KeyText, unique=True)
    name_vi: Mapped[str]
    name_en: Mapped[str]
    rank: Mapped[int]


class Person(Base):
    """A human being: one account, however many workplaces. No national id, no birth date (PR-08)."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str]
    search_key: Mapped[str] = mapped_column(KeyText, index=True)
    sort_key: Mapped[str] = mapped_column(KeyText)
    phone: Mapped[str | None] = mapped_column(KeyText, unique=True)
    language: Mapped[str] = mapped_column(default="vi")
    text_size: Mapped[TextSize] = mapped_column(words_of(TextSize), default=TextSize.NORMAL, server_default="normal")
    is_sample: Mapped[bool] = mapped_column(default=False)
    suspended_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Employment(Dated, Base):
    """Person × facility × unit × position, from–to."""

    __tablename__ = "employment"
    __table_args__ = (
        Index(
            "uq_employment_staff_code",
            "facility_id",
            "staff_code",
            unique=True,
            sqlite_where=text("superseded_at is null and valid_to is null and staff_code is not null"),
            postgresql_where=text("superseded_at is null and valid_to is null and staff_code is not null"),
        ),
        Index(
            "uq_employment_open",
            "person_id",
            "facility_id",
            unique=True,
            sqlite_where=text("superseded_at is null and valid_to is null"),
            postgresql_where=text("superseded_at is null and valid_to is null"),
        ),
        Index("ix_employment_facility", "facility_id", "unit_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    facility_id: Mapped[int] = mapped_column(ForeignKey("facility.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    position_id: Mapped[int] = mapped_column(ForeignKey("position.id"))
    staff_code: Mapped[str | None] = mapped_column(KeyText)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("roster_import.id", use_alter=True), index=True)

    person: Mapped[Person] = relationship()
    facility: Mapped[Facility] = relationship()
    unit: Mapped[Unit | None] = relationship()
    position: Mapped[Position] = relationship()


class Duty(Dated, Base):
    """Who stands at which service point (ruling 31)."""

    __tablename__ = "duty"
    __table_args__ = (Index("ix_duty_point", "service_point_id", "person_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    service_point_id: Mapped[int] = mapped_column(ForeignKey("service_point.id"))


class Leave(Dated, Base):
    """A long absence from one facility; it counts when it lasts 30 days or more."""

    __tablename__ = "leave"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    facility_id: Mapped[int] = mapped_column(ForeignKey("facility.id"), index=True)


class RoleGrant(Dated, Base):
    """That a person may act in a role, for one facility or (facility None) for the whole city."""

    __tablename__ = "role_grant"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Role] = mapped_column(words_of(Role))
    facility_id: Mapped[int | None] = mapped_column(ForeignKey("facility.id"), index=True)
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    facility: Mapped[Facility | None] = relationship()


class Credential(Base):
    """The hash of a person's password (Argon2id)."""

    __tablename__ = "credential"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    password_hash: Mapped[str]
    changed_at: Mapped[datetime]


class ActivationSlip(Base):
    """A one-time code on paper: dead at first use, after 14 days, or when a newer slip is made (ruling 16)."""

    __tablename__ = "activation_slip"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    facility_id: Mapped[int | None] = mapped_column(ForeignKey("facility.id"), index=True)
    code_hash: Mapped[str] = mapped_column(KeyText, unique=True)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]


class SignIn(Base):
    """One browser of one person, from signing in to its end; the cookie holds a token, the table its hash."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    token_hash: Mapped[str] = mapped_column(KeyText, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    is_shared: Mapped[bool]
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    idle_seconds: Mapped[int | None]
    ended_at: Mapped[datetime | None]
    browser: Mapped[str] = mapped_column(default="")


class KnownDevice(Base):
    """A browser on which a person has signed in before; the right password from here is never slowed."""

    __tablename__ = "known_device"
    __table_args__ = (UniqueConstraint("person_id", "device_hash"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    device_hash: Mapped[str] = mapped_column(KeyText)
    seen_at: Mapped[datetime]


class SignInFailure(Base):
    """One wrong password: keyed fingerprints of account and network, no ids, purged after a day (ruling 6)."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (
        Index("ix_sign_in_failure_account", "account_key", "at"),
        Index("ix_sign_in_failure_network", "network_key", "at"),
        Index("ix_sign_in_failure_at", "at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account_key: Mapped[str] = mapped_column(KeyText)
    network_key: Mapped[str] = mapped_column(KeyText)
    at: Mapped[datetime]


class Invitation(Base):
    """A facility's wish to employ a person known elsewhere; the person answers at sign-in (ruling 17)."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    facility_id: Mapped[int] = mapped_column(ForeignKey("facility.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    position_id: Mapped[int] = mapped_column(ForeignKey("position.id"))
    staff_code: Mapped[str | None] = mapped_column(KeyText)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("roster_import.id"))
    made_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]

    facility: Mapped[Facility] = relationship()


class ImportState(StrEnum):
    """Where a roster import stands."""

    READING = "reading"
    COLUMNS = "columns"
    MATCHING = "matching"
    CHECK = "check"
    APPLYING = "applying"
    DONE = "done"
    REFUSED = "refused"
    UNDONE = "undone"


class RosterImport(Base):
    """One roster file on its way in: read, matched, checked, applied whole or not at all.

    Its rows are in files and not here. ``token`` is the upload form's own, so that sending it twice makes one import.
    """

    __tablename__ = "roster_import"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    facility_id: Mapped[int] = mapped_column(ForeignKey("facility.id"), index=True)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    token: Mapped[str | None] = mapped_column(KeyText, unique=True)
    file_name: Mapped[str]
    file_key: Mapped[str]
    state: Mapped[ImportState] = mapped_column(words_of(ImportState))
    refusal: Mapped[dict[str, object] | None] = mapped_column(JSON)
    columns: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    choices: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    preview: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    progress: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]

    facility: Mapped[Facility] = relationship()


class RosterMapping(Base):
    """What a word in this facility's files means: asked once and remembered."""

    __tablename__ = "roster_mapping"
    __table_args__ = (UniqueConstraint("facility_id", "kind", "word_key"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    facility_id: Mapped[int] = mapped_column(ForeignKey("facility.id"))
    kind: Mapped[str]
    word_key: Mapped[str] = mapped_column(KeyText)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    position_id: Mapped[int | None] = mapped_column(ForeignKey("position.id"))
    service_point_id: Mapped[int | None] = mapped_column(ForeignKey("service_point.id"))

"""What was proved and what no longer holds, as facts for the floors above."""

from dataclasses import dataclass

from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class CertificateIssued(Event):
    """A certificate now exists. Its PDF may not."""

    certificate_id: int
    person_id: int
    module_id: int


@dataclass(frozen=True, slots=True)
class CertificateRevoked(Event):
    """A certificate has ceased to hold."""

    certificate_id: int
    person_id: int
    module_id: int

"""The five ways in which the product says no; each carries a code and values, never a sentence."""


class DomainError(Exception):
    """A refusal with a stable ``code`` and the ``values`` a sentence about it may need."""

    status = 500

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        return f"{self.code} {self.values}" if self.values else self.code


class NotFound(DomainError):
    """It does not exist, or the asker may not know that it does: both answer alike (house §5.3)."""

    status = 404


class Forbidden(DomainError):
    """It exists in the asker's own facility, but not for this role."""

    status = 403


class Invalid(DomainError):
    """What was sent cannot be meant."""

    status = 422


class Conflict(DomainError):
    """It was meant, but the world has moved on since."""

    status = 409


class Unavailable(DomainError):
    """Not now: something the product needs is away or too busy."""

    status = 503

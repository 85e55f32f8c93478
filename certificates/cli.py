"""Commands about certificates: write the paper of one, revoke one."""

from pathlib import Path

import click
from flask.cli import AppGroup

from app.kernel import clock
from app.kernel.errors import DomainError
from app.kernel.transaction import transaction
from certificates import jobs, operations, queries, rules

certificates = AppGroup("certificates", help="Certificates: write the PDF of one, revoke one.")


@certificates.command("render")
@click.argument("code")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def render(code: str, file: Path) -> None:
    """Write the PDF that the page would give for CODE to FILE."""
    try:
        certificate = queries.get_by_code(code)
        if certificate.revocation is not None:
            raise click.ClickException("this certificate is revoked: no paper is given out for it")
        file.write_bytes(jobs.paper(certificate))
    except DomainError as error:
        raise click.ClickException(_sentence(code, error)) from error
    click.echo(f"{rules.show_code(certificate.code)} written to {file}")


@certificates.command("revoke")
@click.argument("code")
@click.option("--reason", required=True, help="Why; kept with the certificate, never shown to the public.")
@click.option("--void", is_flag=True, help="Treat it as never issued.")
def revoke(code: str, reason: str, void: bool) -> None:
    """Revoke the certificate CODE from now on."""
    try:
        certificate_id = queries.get_by_code(code).id
        with transaction():
            ended = operations.revoke(None, certificate_id, reason=reason, is_void=void, now=clock.now())
    except DomainError as error:
        raise click.ClickException(_sentence(code, error)) from error
    click.echo(f"{rules.show_code(ended.code)} revoked")


def _sentence(code: str, error: DomainError) -> str:
    sentences = {
        "certificate": f"no certificate has the code {code}",
        "certificate_revoked": "this certificate is revoked already",
        "reason_missing": "write a reason",
        "reason_too_long": "the reason may have 500 characters",
    }
    return sentences.get(error.code, str(error))

"""The pocket guide: its versions and the papers printed of each."""

from alembic import op
import sqlalchemy as sa


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('guide_version',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('content_hash', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('published_at', sa.BigInteger(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guide_version')),
    sa.UniqueConstraint('number', name=op.f('uq_guide_version_number'))
    )
    op.create_table('guide_print',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('guide_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('language', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('asked_at', sa.BigInteger(), nullable=False),
    sa.Column('made_at', sa.BigInteger(), nullable=True),
    sa.Column('file_key', sa.String(), nullable=True),
    sa.Column('size', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['guide_version_id'], ['guide_version.id'], name=op.f('fk_guide_print_guide_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guide_print')),
    sa.UniqueConstraint('guide_version_id', 'kind', 'language', name=op.f('uq_guide_print_guide_version_id_kind_language'))
    )


def downgrade() -> None:
    op.drop_table('guide_print')
    op.drop_table('guide_version')

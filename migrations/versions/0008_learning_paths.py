"""Learning paths of positions."""

from alembic import op
import sqlalchemy as sa


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def _key() -> sa.types.TypeEngine:
    return sa.String().with_variant(sa.String(collation='C'), 'postgresql')


def upgrade() -> None:
    op.create_table('learning_path',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', _key(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('title', sa.JSON(), nullable=False),
    sa.Column('positions', sa.JSON(), nullable=False),
    sa.Column('modules', sa.JSON(), nullable=False),
    sa.Column('source', _key(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_learning_path')),
    sa.UniqueConstraint('key', name=op.f('uq_learning_path_key'))
    )


def downgrade() -> None:
    op.drop_table('learning_path')

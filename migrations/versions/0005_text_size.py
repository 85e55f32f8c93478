"""How large a person likes to read."""

from alembic import op
import sqlalchemy as sa


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('person', sa.Column('text_size', sa.Enum('normal', 'large', 'largest', name='textsize', native_enum=False, length=32), server_default='normal', nullable=False))


def downgrade() -> None:
    op.drop_column('person', 'text_size')

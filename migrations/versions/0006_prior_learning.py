"""Who knew a module already, and why."""

from alembic import op
import sqlalchemy as sa


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('prior_learning',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('quiz_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reason', sa.Enum('trained_elsewhere', 'daily_work', 'other', name='priorreason', native_enum=False, length=32), nullable=False),
    sa.Column('said_at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_prior_learning_person_id')),
    sa.ForeignKeyConstraint(['quiz_id'], ['quiz.id'], name=op.f('fk_prior_learning_quiz_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_prior_learning'))
    )
    with op.batch_alter_table('prior_learning', schema=None) as batch_op:
        batch_op.create_index('ix_prior_learning_person', ['person_id', 'quiz_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('prior_learning', schema=None) as batch_op:
        batch_op.drop_index('ix_prior_learning_person')

    op.drop_table('prior_learning')

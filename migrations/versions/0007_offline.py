"""Papers and answers that travel on devices."""

from alembic import op
import sqlalchemy as sa


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def _id() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def _key() -> sa.types.TypeEngine:
    return sa.String().with_variant(sa.String(collation='C'), 'postgresql')


def upgrade() -> None:
    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.add_column(sa.Column('made_at', sa.BigInteger(), nullable=True))

    op.create_table('attempt_ticket',
    sa.Column('id', _id(), nullable=False),
    sa.Column('attempt_id', _id(), nullable=False),
    sa.Column('device_hash', _key(), nullable=False),
    sa.Column('issued_at', sa.BigInteger(), nullable=False),
    sa.Column('expires_at', sa.BigInteger(), nullable=False),
    sa.Column('closed_at', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_attempt_ticket_attempt_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempt_ticket'))
    )
    with op.batch_alter_table('attempt_ticket', schema=None) as batch_op:
        batch_op.create_index('uq_attempt_ticket_out', ['attempt_id'], unique=True, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))

    op.create_table('late_answer',
    sa.Column('id', _id(), nullable=False),
    sa.Column('attempt_id', _id(), nullable=False),
    sa.Column('op_id', _key(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('chosen', sa.JSON(), nullable=False),
    sa.Column('client_seq', sa.Integer(), nullable=False),
    sa.Column('why', sa.Enum('expired', 'over', name='lateness', native_enum=False, length=32), nullable=False),
    sa.Column('made_at', sa.BigInteger(), nullable=True),
    sa.Column('arrived_at', sa.BigInteger(), nullable=False),
    sa.Column('receipt', _key(), nullable=False),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_late_answer_attempt_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_late_answer')),
    sa.UniqueConstraint('op_id', name=op.f('uq_late_answer_op_id'))
    )
    with op.batch_alter_table('late_answer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_late_answer_attempt_id'), ['attempt_id'], unique=False)

    op.create_table('delivery',
    sa.Column('op_id', _key(), nullable=False),
    sa.Column('person_id', _id(), nullable=False),
    sa.Column('receipt', _key(), nullable=False),
    sa.Column('is_late', sa.Boolean(), nullable=False),
    sa.Column('done_at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_delivery_person_id')),
    sa.PrimaryKeyConstraint('op_id', name=op.f('pk_delivery'))
    )
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_delivery_person_id'), ['person_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_delivery_person_id'))

    op.drop_table('delivery')
    with op.batch_alter_table('late_answer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_late_answer_attempt_id'))

    op.drop_table('late_answer')
    with op.batch_alter_table('attempt_ticket', schema=None) as batch_op:
        batch_op.drop_index('uq_attempt_ticket_out', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))

    op.drop_table('attempt_ticket')
    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.drop_column('made_at')

"""Runs of practice scenarios, their taps, and which scenarios a version asks for."""

from alembic import op
import sqlalchemy as sa


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('module_version', sa.Column('required_scenarios', sa.JSON(), nullable=False, server_default='[]'))
    op.create_table('scenario_run',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('run_key', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('module_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('module_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('scenario_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('scenario_key', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('started_at', sa.BigInteger(), nullable=False),
    sa.Column('ended_at', sa.BigInteger(), nullable=True),
    sa.Column('outcome', sa.Enum('passed', 'failed', 'left', name='outcome', native_enum=False, length=32), nullable=True),
    sa.Column('steps', sa.Integer(), nullable=True),
    sa.Column('steps_all', sa.Integer(), nullable=True),
    sa.Column('wrong_turns', sa.Integer(), nullable=True),
    sa.Column('forbidden', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=True),
    sa.ForeignKeyConstraint(['module_id'], ['module.id'], name=op.f('fk_scenario_run_module_id')),
    sa.ForeignKeyConstraint(['module_version_id'], ['module_version.id'], name=op.f('fk_scenario_run_module_version_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_scenario_run_person_id')),
    sa.ForeignKeyConstraint(['scenario_id'], ['scenario.id'], name=op.f('fk_scenario_run_scenario_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scenario_run')),
    sa.UniqueConstraint('run_key', name=op.f('uq_scenario_run_run_key'))
    )
    with op.batch_alter_table('scenario_run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_scenario_run_module_id'), ['module_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_scenario_run_scenario_id'), ['scenario_id'], unique=False)
        batch_op.create_index('ix_scenario_run_person', ['person_id', 'module_id'], unique=False)
        batch_op.create_index('uq_scenario_run_open', ['person_id', 'module_id', 'scenario_key'], unique=True, sqlite_where=sa.text('ended_at is null'), postgresql_where=sa.text('ended_at is null'))

    op.create_table('scenario_tap',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('run_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('op_id', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('screen', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('choice', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('verdict', sa.Enum('right', 'wrong', 'forbidden', name='movekind', native_enum=False, length=32), nullable=True),
    sa.Column('is_first', sa.Boolean(), nullable=False),
    sa.Column('recorded_at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['scenario_run.id'], name=op.f('fk_scenario_tap_run_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scenario_tap')),
    sa.UniqueConstraint('op_id', name=op.f('uq_scenario_tap_op_id')),
    sa.UniqueConstraint('run_id', 'seq', name=op.f('uq_scenario_tap_run_id_seq'))
    )


def downgrade() -> None:
    op.drop_table('scenario_tap')
    with op.batch_alter_table('scenario_run', schema=None) as batch_op:
        batch_op.drop_index('uq_scenario_run_open', sqlite_where=sa.text('ended_at is null'), postgresql_where=sa.text('ended_at is null'))
        batch_op.drop_index('ix_scenario_run_person')
        batch_op.drop_index(batch_op.f('ix_scenario_run_scenario_id'))
        batch_op.drop_index(batch_op.f('ix_scenario_run_module_id'))

    op.drop_table('scenario_run')
    op.drop_column('module_version', 'required_scenarios')

"""How Alembic reaches the database: the caller passes the connection in."""

from alembic import context

from portal.db.tables import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=Base.metadata, compare_type=True
)
with context.begin_transaction():
    context.run_migrations()

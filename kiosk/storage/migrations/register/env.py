"""Runs the register's migrations on the connection that kiosk.storage.upgrading hands over."""

from alembic import context

from kiosk.storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
# The transaction is the caller's: on both databases an upgrade happens as a whole or not at all.
context.run_migrations()

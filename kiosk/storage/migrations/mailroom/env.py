"""Runs the mailroom's migrations on the connection that kiosk.storage.upgrading hands over."""

from alembic import context

from kiosk.storage.mailroom_schema import mailroom_metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=mailroom_metadata,
    render_as_batch=True,
)
# The transaction is the caller's: on both databases an upgrade happens as a whole or not at all.
context.run_migrations()

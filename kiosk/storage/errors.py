"""What is wrong with a database, in a sentence."""

__all__ = ["SchemaError", "StorageError"]


class StorageError(Exception):
    """The database cannot be used."""


class SchemaError(StorageError):
    """The database has another schema than this program: older, newer, or none."""

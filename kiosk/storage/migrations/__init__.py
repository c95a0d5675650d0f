"""Alembic's scripts, one stream for each database.

register    the office's register
"""

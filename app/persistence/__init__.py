"""Rows and queries: the only package that knows SQL."""

from sqlalchemy.orm import Session

__all__ = ["Session"]

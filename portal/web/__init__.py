"""Thin blueprints, one audience each."""

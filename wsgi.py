"""The web application for any WSGI server: ``app``."""

from portal.app import create_app

app = create_app()

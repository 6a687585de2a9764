"""The web application: faces by audience, each a blueprint with one guard.

A view parses, makes one service call and responds. Only ``portal.app`` comes in.
"""

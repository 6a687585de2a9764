"""Running the portal: health, metrics, backups, restoring, the watch, sites.

Commands and the machines' pages come in.
"""

"""What every answer carries: headers, gzip, and the addresses of files.

The app comes in, and templates through it.
"""

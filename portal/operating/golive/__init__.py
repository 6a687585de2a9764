"""What would let somebody down, looked for before going live."""

"""How a study file is read: tables, one after another, with every fault and its key.

Whoever reads or checks a study file comes in.
"""

"""Triage: answers and history become facts, facts fire rules, rules give a verdict.

The diary and the texts come in by ``judge``; the phone runs the same rules as JSON.
"""

"""A study file is used before anybody lives under it: an invented course, start to end.

Invented people are enrolled under it in a database that is thrown away. They report, are
paged for, reminded and answered, and every page, text, call, card, feed and offline
document that depends on the file is made in each of its languages. Whatever stops on the
way is a fault of the file. Commands come in, and tests.
"""

"""A study file is tried out before it is used for real people: an invented course.

Invented people are enrolled under the file in a temporary database. They report, are
reminded and are answered, and the team is paged. Every page, text, call, card, feed and
offline document that depends on the file is made in each of its languages. Whatever
fails on the way is a fault of the file. Commands and tests come in.
"""

"""What is said after a report: advice, whom to phone, who has answered.

Pages of every audience come in.
"""

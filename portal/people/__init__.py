"""People: contacts, who reports for whom, who is on call, who takes no texts.

All rooms from alerting upwards come in; it knows messages and the protocol.
"""

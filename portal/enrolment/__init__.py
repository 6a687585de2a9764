"""Enrolment: consent, caregivers, stays, numbers, whether somebody is in follow-up."""

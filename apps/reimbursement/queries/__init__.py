"""Reads of reimbursement."""

"""Measuring opening as a user meets it: corpora, peers, contests, a table and two pictures."""

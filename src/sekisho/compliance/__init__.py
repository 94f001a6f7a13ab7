"""Regulators' contact points, notices, complaints, orders: law as data, with clocks and reports that reconcile."""

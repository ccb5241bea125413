"""What happens without being asked: digests, alerts, delivery."""

"""What people are told: notices that are written with what they tell of, and posted once that is durable."""

"""What the system says about itself: structured logs and typed events. Neither can carry what people wrote."""

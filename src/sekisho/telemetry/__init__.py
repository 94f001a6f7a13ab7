"""What the system says about itself: logs and typed events. Neither can carry what people wrote."""

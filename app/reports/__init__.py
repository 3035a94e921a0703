"""Reports: from recorded events to figures that an analyst can trust."""

"""Events on local disk: segments, their lines, and the shipper that sends them on."""

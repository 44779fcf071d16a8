"""OGC SensorThings API 1.1 (OGC 18-088): query language and entity model, no I/O."""

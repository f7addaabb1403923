"""The scenarios as staff sees them: timelines with numbers, previews, pauses, texts."""

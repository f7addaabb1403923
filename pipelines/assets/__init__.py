"""The derived tables, one module each: columns with their meaning, the build, the picture and what must hold."""

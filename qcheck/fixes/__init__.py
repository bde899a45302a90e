"""What mends: one small module a repair, foldered by medium, found by walking the folders."""

"""One small module a repair, in folders by medium."""

"""Scripts that measure the product on data that lies outside the project."""

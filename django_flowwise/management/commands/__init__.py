"""Found by Django by their names: `manage.py help` lists them."""

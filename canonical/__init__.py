"""The canonical model and its store: records, identity, history, views, migrations.

Knows nothing of tools, rules or screens. Every other part of pmohub may import it; it imports none of them.
"""

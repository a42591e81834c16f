"""The configuration: config.toml read, checked and told in words."""

from pmohub.config.loading import Configuration, Connector, Reading, inspect, load

__all__ = ["Configuration", "Connector", "Reading", "inspect", "load"]

"""The configuration: config.toml read, checked and told in words."""

from pmohub.config.configuration import Configuration, Connector, Reading
from pmohub.config.loading import inspect, load

__all__ = ["Configuration", "Connector", "Reading", "inspect", "load"]

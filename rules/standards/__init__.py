"""Standards: rules as data, in TOML, one file each, layered company, then department, then project."""

from rules.standards.loading import load_standards
from rules.standards.model import Limb, Parameter, Rule, RuleExample, Standard
from rules.standards.standards import Layer, Settings, Standards

__all__ = ["Layer", "Limb", "Parameter", "Rule", "RuleExample", "Settings", "Standard", "Standards", "load_standards"]

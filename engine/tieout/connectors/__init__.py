"""Sources and targets behind one protocol each (:mod:`tieout.connectors.ports`)."""

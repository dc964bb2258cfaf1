"""Where events come from: live rooms, the simulator, recordings. All by one contract, `Connector`."""

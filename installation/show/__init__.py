"""The compiled show: model, plan, prepare, exhibition copies, the EDL timeline."""

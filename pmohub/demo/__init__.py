"""The sample company: workbooks as people keep them, all of one day, and the tour through them."""

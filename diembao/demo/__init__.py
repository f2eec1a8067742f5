"""The sample newsroom and the tour through the main job."""

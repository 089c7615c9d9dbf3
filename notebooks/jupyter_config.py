"""JupyterLab on this machine only, and silent: it asks no other machine for news, updates or extensions."""

c = get_config()  # noqa: F821  (Jupyter provides it)
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.root_dir = "notebooks"
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.extension_manager = "readonly"

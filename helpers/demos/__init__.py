"""Interactive demonstrations, one class a module; each shows a still picture without a kernel."""

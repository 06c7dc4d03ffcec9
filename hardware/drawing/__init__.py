"""The wiring picture and tables of the mounting guide, made from pins.toml: `python -m hardware.drawing FILE`.

header (which pin is where) ─▶ wiring (what each pin goes to) ─┬▶ picture (SVG) ◀─ parts, svg, style.css
                                                               └▶ table (Markdown)
"""

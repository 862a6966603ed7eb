/// The style of every page. The colours of series have a contrast of 3 or more to both backgrounds, text 4.5 or more.
///
/// Points are translucent, so that others show through. At the opacity of `.dot` they have a contrast of 3 to their
/// card.
enum HTMLStyle {
  static let text = """
    :root {
      color-scheme: light dark;
      --paper: #f7f7f5; --card: #ffffff; --ink: #1c1d20; --muted: #5a5e66; --rule: #dddcd7; --grid: #e9e8e3;
      --warn: #7a4300; --warn-paper: #fff4e0; --warn-rule: #e8b45e; --peak: #b3261e;
      --s0: #2460b0; --s1: #b4560a; --s2: #15784a; --s3: #7a3aa6; --s4: #b02a5b; --s5: #0f7480; --s6: #6b6516; --s7: #62666d;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #131518; --card: #1b1e22; --ink: #e9e9e6; --muted: #a5aab2; --rule: #363b42; --grid: #292d33;
        --warn: #f5c979; --warn-paper: #2b2413; --warn-rule: #7d5f22; --peak: #ff8a80;
        --s0: #7cb1f5; --s1: #f3a257; --s2: #5fcf98; --s3: #c9a1f0; --s4: #f58bb0; --s5: #63cbd6; --s6: #cfc65e; --s7: #b1b6bd;
      }
    }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
    header, main { max-width: 68rem; margin: 0 auto; padding: 0 1.25rem; }
    header { padding-top: 2rem; }
    main { padding-bottom: 4rem; }
    h1 { font-size: 1.75rem; line-height: 1.2; margin: 0; letter-spacing: -0.015em; }
    header p { color: var(--muted); margin: 0.4rem 0 0; }
    h2 { font-size: 1.25rem; line-height: 1.3; margin: 3rem 0 0.75rem; padding-top: 1rem; border-top: 1px solid var(--rule); letter-spacing: -0.01em; }
    a { color: var(--s0); }
    .warnings { background: var(--warn-paper); border: 1px solid var(--warn-rule); border-radius: 8px; padding: 0.8rem 1.1rem; margin: 1.5rem 0; }
    .warnings h2 { margin: 0 0 0.3rem; padding: 0; border: 0; font-size: 1rem; color: var(--warn); }
    .warnings ul { margin: 0; padding-left: 1.1rem; }
    .warnings li { margin: 0.2rem 0; }
    .warnings span { color: var(--muted); font-size: 0.85rem; }
    .contents { display: flex; flex-wrap: wrap; gap: 0.35rem 1.1rem; padding: 0; margin: 1rem 0 1.2rem; list-style: none; font-size: 0.9rem; }
    figure { margin: 0 0 1.1rem; padding: 1rem 1.1rem 1.1rem; background: var(--card); border: 1px solid var(--rule); border-radius: 8px; }
    figcaption { margin-bottom: 0.6rem; }
    figcaption b { display: block; font-size: 0.98rem; }
    figcaption span { color: var(--muted); font-size: 0.85rem; }
    svg { display: block; overflow: visible; font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; font-variant-numeric: tabular-nums; }
    svg text { fill: var(--ink); }
    svg .muted { fill: var(--muted); }
    svg .name { font-weight: 600; }
    svg .remark { fill: var(--muted); font-weight: 400; }
    svg .grid { stroke: var(--grid); }
    svg .middle { stroke: var(--ink); stroke-width: 1.5; }
    svg .peak { stroke: var(--peak); stroke-width: 1.5; stroke-dasharray: 5 3; }
    svg text.peak { fill: var(--peak); stroke: none; font-weight: 600; }
    .legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1rem; margin: 0 0 0.6rem; padding: 0; list-style: none; font-size: 0.85rem; }
    .legend li::before { content: ""; display: inline-block; width: 0.7em; height: 0.7em; margin-right: 0.4em; border-radius: 2px; background: var(--c); }
    .c0 { --c: var(--s0); } .c1 { --c: var(--s1); } .c2 { --c: var(--s2); } .c3 { --c: var(--s3); }
    .c4 { --c: var(--s4); } .c5 { --c: var(--s5); } .c6 { --c: var(--s6); } .c7 { --c: var(--s7); }
    svg .fill { fill: var(--c); }
    svg .dot { fill: var(--c); fill-opacity: 0.75; }
    svg .dot:hover { fill-opacity: 1; }
    svg .stroke { stroke: var(--c); stroke-width: 2; }
    .scroll { overflow-x: auto; margin: 0 0 0.6rem; background: var(--card); border: 1px solid var(--rule); border-radius: 8px; }
    .scroll:focus-visible { outline: 2px solid var(--s0); }
    table { border-collapse: collapse; width: 100%; font-size: 0.88rem; font-variant-numeric: tabular-nums; }
    caption { text-align: left; font-weight: 600; padding: 0.8rem 0.9rem 0.5rem; }
    th, td { padding: 0.35rem 0.75rem; text-align: left; border-top: 1px solid var(--grid); white-space: nowrap; }
    thead th { color: var(--muted); font-weight: 600; vertical-align: bottom; border-top: 0; border-bottom: 1px solid var(--rule); }
    tbody th { font-weight: 600; }
    th.number, td.number { text-align: right; }
    thead button { all: unset; cursor: pointer; }
    thead button:focus-visible { outline: 2px solid var(--s0); outline-offset: 2px; }
    thead button:hover { color: var(--ink); }
    th[aria-sort="ascending"] button::after { content: " \\25B2"; }
    th[aria-sort="descending"] button::after { content: " \\25BC"; }
    .notes { color: var(--muted); font-size: 0.85rem; margin: 0 0 1.2rem; padding-left: 1.2rem; }
    details { margin: 0 0 1.1rem; }
    summary { cursor: pointer; font-weight: 600; padding: 0.3rem 0; }
    @media (max-width: 40rem) {
      header, main { padding-left: 0.8rem; padding-right: 0.8rem; }
      h1 { font-size: 1.4rem; }
      figure { padding: 0.8rem; }
      svg .aside { display: none; }
      th, td { padding: 0.35rem 0.6rem; }
    }
    @media print { body { background: none; } .scroll { overflow: visible; } figure { break-inside: avoid; } }

    """
}

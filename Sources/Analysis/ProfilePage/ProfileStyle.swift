/// What the page of a profile adds to the style of every page.
///
/// The colours of activities were chosen so that any two families are 23 or more apart in CIELAB, for normal sight,
/// deuteranopia, protanopia and tritanopia alike, and have a contrast of 3 to the card.
enum ProfileStyle {
  static let text = """
    :root {
      --products: #093cdb; --transforms: #d08000; --filters: #793c15; --moving: #06a85d; --normalizing: #b46ce8;
      --elements: #5b4b43; --pooling: #3c6a9a; --other: #041c74; --preempted: #1c1d20; --waiting: #83878d;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --products: #4c73ff; --transforms: #ff9f42; --filters: #9c6420; --moving: #6eab68; --normalizing: #ccb0b2;
        --elements: #ba1db0; --pooling: #7fd9ff; --other: #beffb8; --preempted: #ffffff; --waiting: #6f767f;
      }
    }
    \(ActivityFamily.allCases.map { ".a-\($0.rawValue) { --c: var(--\($0.rawValue)); }" }.joined(separator: "\n"))
    .h1 { --o: 0.72; } .h2 { --o: 0.48; } .h3 { --o: 0.26; }
    .legend li::before { opacity: var(--o, 1); }
    svg .part { fill: var(--c); fill-opacity: var(--o, 1); stroke: var(--card); stroke-width: 0.75; }
    svg .part:hover { stroke: var(--ink); stroke-width: 1.5; }
    svg .slice { fill: var(--c); fill-opacity: var(--o, 1); }
    svg .back { fill: var(--grid); }
    svg .bound { stroke: var(--ink); stroke-width: 2; }
    svg .roof { stroke: var(--peak); stroke-width: 1.5; stroke-dasharray: 2 3; }
    .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 0.7rem; margin: 1.2rem 0; }
    .figures div { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 0.6rem 0.8rem; }
    .figures dt { color: var(--muted); font-size: 0.85rem; }
    .figures dd { margin: 0; font-size: 1.15rem; line-height: 1.4; font-weight: 600; white-space: nowrap; font-variant-numeric: tabular-nums; }
    .figures dd span { display: block; color: var(--muted); font-size: 0.85rem; font-weight: 400; white-space: normal; }
    .tools { display: none; flex-wrap: wrap; gap: 0.4rem; margin: 0 0 0.6rem; }
    .scripted .tools { display: flex; }
    .tools button { font: inherit; font-size: 0.85rem; color: var(--ink); background: var(--paper); border: 1px solid var(--rule); border-radius: 6px; padding: 0.25rem 0.7rem; cursor: pointer; }
    .tools button:hover { border-color: var(--muted); }
    .tools button:focus-visible, .view:focus-visible, summary:focus-visible { outline: 2px solid var(--s0); outline-offset: 2px; }
    .view { touch-action: pan-y; user-select: none; cursor: crosshair; }
    .view .names { font-size: 11px; }
    .view .select { fill: var(--s0); fill-opacity: 0.2; }
    .timeline output { display: block; min-height: 1.5em; margin-top: 0.4rem; color: var(--muted); font-size: 0.85rem; }
    body > figure { margin: 0; border: 0; border-radius: 0; min-height: 100vh; }
    details > figure { margin-top: 0.6rem; }
    @media (max-width: 40rem) { .figures { grid-template-columns: 1fr 1fr; } }

    """
}

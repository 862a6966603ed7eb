/// The style of a flame graph. Boxes have the card's colour with a part of their series' colour, so that text on them is
/// as readable as on the card.
enum FlameGraphStyle {
  static let text = """
    main > figure:first-child { margin-top: 1.2rem; }
    .flame-tools { display: flex; flex-wrap: wrap; gap: 0.5rem 0.9rem; align-items: center; margin: 0 0 0.7rem; font-size: 0.9rem; }
    .flame-tools input, .flame-tools button { font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--muted); border-radius: 6px; padding: 0.3rem 0.6rem; }
    .flame-tools input { width: 14rem; max-width: 60vw; }
    .flame-tools output { color: var(--muted); }
    #flame { position: relative; overflow: hidden; }
    #flame button { position: absolute; height: 22px; margin: 0; padding: 0 4px; border: solid var(--card); border-width: 0 1px 1px 0; border-radius: 3px; overflow: hidden; white-space: nowrap; text-align: left; font: 12px/20px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; color: var(--ink); background: color-mix(in srgb, var(--c) 26%, var(--card)); cursor: pointer; }
    #flame button.narrow { padding: 0; border-radius: 0; }
    #flame button.above { opacity: 0.75; }
    #flame button.found { outline: 2px solid var(--s1); outline-offset: -2px; font-weight: 600; }
    #flame button:hover { background: color-mix(in srgb, var(--c) 40%, var(--card)); }
    #flame button:focus-visible { outline: 3px solid var(--ink); outline-offset: -3px; }
    #flame-detail { margin: 0.6rem 0 0; min-height: 1.5em; font-size: 0.9rem; overflow-wrap: anywhere; }
    .flame-keys { margin: 0.2rem 0 0; color: var(--muted); font-size: 0.85rem; }

    """
}

namespace Personalization.Training.Evaluating.Page;

internal static class PageStyle
{
    /// <summary>So many can be told apart by colour; dashes and marks differ as well, for whoever cannot see colours.</summary>
    public const int Colours = 6;

    public const string Css = """
        :root { color-scheme: light dark; --page: #f6f7f8; --card: #fff; --ink: #1a1d21; --soft: #4b535c; --rule: #c9ced4;
          --c0: #0b5fa5; --c1: #ac4f08; --c2: #37721b; --c3: #8a3ea8; --c4: #565c63; --c5: #a3224e }
        @media (prefers-color-scheme: dark) { :root { --page: #101316; --card: #191d21; --ink: #eceff2; --soft: #b3bcc6; --rule: #434b54;
          --c0: #6db3f2; --c1: #f2a65a; --c2: #8fce6b; --c3: #d6a5f2; --c4: #c3c9d0; --c5: #f593b3 } }
        * { box-sizing: border-box }
        body { margin: 0; font: 16px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; color: var(--ink); background: var(--page) }
        main { max-width: 1200px; margin: 0 auto; padding: 20px 16px 48px }
        h1 { font-size: 26px; line-height: 1.25; margin: 0 0 12px; overflow-wrap: anywhere }
        h2 { font-size: 20px; margin: 32px 0 12px; overflow-wrap: anywhere }
        h3 { font-size: 16px; margin: 0 0 4px; overflow-wrap: anywhere }
        p { margin: 0 0 8px; max-width: 75ch } .note { color: var(--soft); font-size: 14px } small { font-size: 13px; color: var(--soft) }
        .verdicts, .legend { list-style: none; margin: 12px 0; padding: 0; overflow-wrap: anywhere }
        .legend { display: flex; flex-wrap: wrap; gap: 6px 20px } .legend li { display: flex; align-items: center; gap: 8px; min-width: 0 } .legend svg { width: 36px; flex: none }
        .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 320px), 1fr)); gap: 16px }
        .card { display: flex; flex-direction: column; background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 12px; min-width: 0 }
        .card svg { width: 100%; height: auto; display: block; margin-top: auto }
        svg text { font: 13px system-ui, "Segoe UI", Roboto, sans-serif; fill: var(--ink); unicode-bidi: isolate } svg .soft { fill: var(--soft) } svg .end { text-anchor: end } svg .mid { text-anchor: middle }
        .c0 { --c: var(--c0) } .c1 { --c: var(--c1); --d: 7 3 } .c2 { --c: var(--c2); --d: 2 3 } .c3 { --c: var(--c3); --d: 9 3 2 3 } .c4 { --c: var(--c4); --d: 4 4 } .c5 { --c: var(--c5); --d: 1 4 }
        .bar, .mark { fill: var(--c) } .met { fill: none; stroke: var(--ink); stroke-width: 1.2 } .line { fill: none; stroke: var(--c); stroke-width: 2; stroke-dasharray: var(--d, none) }
        .whisker { fill: none; stroke: var(--ink); stroke-width: 1.5 } .halo { fill: none; stroke: var(--card); stroke-width: 4.5 } .thin { fill: none; stroke: var(--c); stroke-width: 1.2 } .rule { fill: none; stroke: var(--rule); stroke-width: 1 } .even { stroke-dasharray: 4 4; stroke: var(--soft) }
        .wide { overflow-x: auto; background: var(--card); border: 1px solid var(--rule); border-radius: 8px } .wide:focus-visible { outline: 3px solid var(--c0) }
        table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums } caption { text-align: left; padding: 8px 12px; color: var(--soft) }
        th, td { text-align: left; vertical-align: top; padding: 6px 12px; border-top: 1px solid var(--rule); min-width: 9em } th { font-weight: 600 } thead th { overflow-wrap: anywhere } tbody th { min-width: 8em } td strong { display: block }
        """;
}

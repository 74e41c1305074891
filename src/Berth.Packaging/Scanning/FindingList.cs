namespace Berth.Packaging.Scanning;

/// <summary>Findings of one scanner, bounded: of each code the first are listed and the others counted.</summary>
internal sealed class FindingList(int maxPerCode)
{
    private readonly Dictionary<string, Kind> _kinds = new(StringComparer.Ordinal);
    private readonly List<Finding> _items = [];

    public bool IsEmpty => _items.Count == 0;

    public void Add(Finding finding)
    {
        if (!_kinds.TryGetValue(finding.Code, out var kind))
            _kinds[finding.Code] = kind = new Kind();
        // The same words about the same place say nothing new.
        if (!kind.Seen.Add((finding.File, finding.Line, finding.Column, finding.Explanation)))
            return;
        if (kind.Listed < maxPerCode)
        {
            kind.Listed++;
            _items.Add(finding);
            return;
        }

        kind.Seen.Remove((finding.File, finding.Line, finding.Column, finding.Explanation));
        kind.Left++;
        // Left out of the list, but not of the judgement.
        if (kind.Worst is null || finding.Severity > kind.Worst.Severity)
            kind.Worst = finding;
    }

    public void AddRange(IEnumerable<Finding> findings)
    {
        foreach (var finding in findings)
            Add(finding);
    }

    public IReadOnlyList<Finding> ToList() =>
    [
        .. _items,
        .. _kinds.Values.Where(kind => kind.Worst is not null).Select(kind => kind.Worst! with { Explanation = $"{kind.Worst!.Explanation} And {kind.Left - 1} more places like it." }),
    ];

    private sealed class Kind
    {
        public HashSet<(string?, int?, int?, string)> Seen { get; } = [];

        public int Listed { get; set; }

        public int Left { get; set; }

        public Finding? Worst { get; set; }
    }
}
